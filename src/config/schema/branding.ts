// `branding` of the settings, of an application and of an organization. What a value is, branding/ says; whether its colours can be
// read is judged beside the references (branding-problems.ts), because it depends on the rest of the file.
import { z } from 'zod'
import { brandingFields, type Branding, type BrandingFileKind } from '../../branding/index.ts'

const { businessName, themeCode, backgroundColor, buttonColor, buttonTextColor, linkColor } = brandingFields
const { backgroundColorDark, buttonColorDark, buttonTextColorDark, linkColorDark } = brandingFields
const { buttonBorderRadius, cardBorderRadius, inputBorderRadius } = brandingFields
const { supportUrl, termsUrl, privacyUrl, isSecuredByShown } = brandingFields

/** By the keys of the file. Its pictures are read when it is applied (app/project-images.ts). */
const fileKinds = {
  logo: 'logo',
  logoDark: 'logo_dark',
  faviconSvg: 'favicon_svg',
  faviconFallback: 'favicon_fallback',
} as const satisfies Record<string, BrandingFileKind>
export type BrandingFileKey = keyof typeof fileKinds

/** The key of the file for a picture. */
export function brandingFileKey(kind: BrandingFileKind): BrandingFileKey {
  // A literal of this file: it has the keys of its type, and each kind once.
  const keys = Object.keys(fileKinds) as BrandingFileKey[]
  return keys.find((key) => fileKinds[key] === kind) ?? 'logo'
}

const picture = z
  .string()
  .min(1, 'expected the path of a file')
  .max(500)
  .refine(
    (path) => !/^[/\\]|^[A-Za-z]:|\0/.test(path) && !path.split(/[/\\]/).includes('..'),
    'expected a path inside of the folder of the project',
  )
  .nullable()
  .optional()

export const branding = z.strictObject({
  businessName: businessName
    .optional()
    .describe(
      'Stands for the name of the application on pages and in mails; the name of the application when left out.',
    ),
  primaryColor: buttonColor
    .optional()
    .describe('`buttonColor` and `linkColor`, where they are left out: `#0b6a4d`.'),
  primaryColorDark: buttonColorDark
    .optional()
    .describe('The same of dark pages, and made of the light ones when left out.'),
  themeCode: themeCode
    .optional()
    .describe('Light or dark pages for everyone, or as the device says, which is so when left out.'),
  backgroundColor: backgroundColor.optional().describe('The background of light pages; white when left out.'),
  buttonColor: buttonColor
    .optional()
    .describe('Buttons; of dark pages, too, unless they have their own. Green when left out.'),
  buttonTextColor: buttonTextColor.optional().describe('Their text; black or white when left out.'),
  linkColor: linkColor
    .optional()
    .describe('Links; lighter on dark pages, unless they have their own. Green when left out.'),
  backgroundColorDark: backgroundColorDark
    .optional()
    .describe('The background of dark pages; nearly black when left out.'),
  buttonColorDark: buttonColorDark
    .optional()
    .describe('Buttons of dark pages; those of light pages when left out.'),
  buttonTextColorDark: buttonTextColorDark
    .optional()
    .describe('The text of buttons of dark pages; that of light pages when left out.'),
  linkColorDark: linkColorDark
    .optional()
    .describe('Links of dark pages; made of those of light pages when left out.'),
  buttonBorderRadius: buttonBorderRadius
    .optional()
    .describe('Corners of buttons, in pixels; 12 when left out.'),
  cardBorderRadius: cardBorderRadius
    .optional()
    .describe('Corners of the sheet of a page, in pixels; 24 when left out.'),
  inputBorderRadius: inputBorderRadius.optional().describe('Corners of fields, in pixels; 12 when left out.'),
  supportUrl: supportUrl
    .optional()
    .describe('Linked at the foot of each page: https, or http for localhost; no link when left out.'),
  termsUrl: termsUrl.optional().describe('Linked at the foot of each page; no link when left out.'),
  privacyUrl: privacyUrl.optional().describe('Linked at the foot of each page; no link when left out.'),
  isSecuredByShown: isSecuredByShown
    .optional()
    .describe('`false` leaves out "Secured by Mintage", which is there when left out.'),
  logo: picture.describe(
    'Path of the logo, from the folder of the project: PNG, JPEG, GIF, SVG, AVIF or WEBP, smaller than 1 MB. What the management API set stays when left out; null takes it away.',
  ),
  logoDark: picture.describe(
    'The same for the logo of dark pages. What the management API set stays when left out.',
  ),
  faviconSvg: picture.describe(
    'The same for the favicon, which is an SVG. What the management API set stays when left out.',
  ),
  faviconFallback: picture.describe(
    'The same for the favicon of browsers that show no SVG, which is a PNG. What the management API set stays when left out.',
  ),
})

export type GivenBranding = z.output<typeof branding>

/** Without the pictures. The primary colours are a short way to write two fields, and are not kept. */
export function brandingOfFile(given: GivenBranding): Branding {
  const { primaryColor, primaryColorDark, ...others } = given
  const fields: Branding = Object.fromEntries(
    Object.entries(others).filter(([key]) => !Object.hasOwn(fileKinds, key)),
  )
  return {
    ...(primaryColor !== undefined && { buttonColor: primaryColor, linkColor: primaryColor }),
    ...(primaryColorDark !== undefined && {
      buttonColorDark: primaryColorDark,
      linkColorDark: primaryColorDark,
    }),
    ...fields,
  }
}

export interface GivenPicture {
  readonly key: BrandingFileKey
  readonly kind: BrandingFileKind
  /** From the folder of the project; null when there must be none. */
  readonly path: string | null
}

/** Those that the file says something of. */
export function picturesOfFile(given: GivenBranding): readonly GivenPicture[] {
  // A literal of this file: it has the keys of its type.
  return (Object.keys(fileKinds) as BrandingFileKey[]).flatMap((key) => {
    const path = given[key]
    return path === undefined ? [] : [{ key, kind: fileKinds[key], path }]
  })
}
