// `branding` of the settings, of an application and of an organization. What a value is, branding/ says; whether its colours can be
// read is judged beside the references (branding-problems.ts), because it depends on the rest of the file.
import { z } from 'zod'
import { brandingFields, type Branding } from '../../branding/index.ts'

const { businessName, themeCode, backgroundColor, buttonColor, buttonTextColor, linkColor } = brandingFields
const { backgroundColorDark, buttonColorDark, buttonTextColorDark, linkColorDark } = brandingFields
const { buttonBorderRadius, cardBorderRadius, inputBorderRadius } = brandingFields
const { supportUrl, termsUrl, privacyUrl, isSecuredByShown } = brandingFields

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
})

export type GivenBranding = z.output<typeof branding>

/** The primary colours are a short way to write two fields, and are not kept. */
export function brandingOfFile({ primaryColor, primaryColorDark, ...fields }: GivenBranding): Branding {
  return {
    ...(primaryColor !== undefined && { buttonColor: primaryColor, linkColor: primaryColor }),
    ...(primaryColorDark !== undefined && {
      buttonColorDark: primaryColorDark,
      linkColorDark: primaryColorDark,
    }),
    ...fields,
  }
}
