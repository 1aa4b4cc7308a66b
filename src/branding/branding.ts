// What branding is: how the pages and mails look, and whose name and links they bear. The environment, an application and an organization
// may each say it; an organization goes before an application, and an application before the environment, field by field.
import { z } from 'zod'
import { colourPattern } from './colour.ts'
import { linkProblem } from './link.ts'

export const themes = ['light', 'dark', 'user_preference'] as const

const colour = z.string().regex(colourPattern, 'expected a colour such as #0b6a4d')
const radius = z.int().min(0, 'expected 0 to 40 pixels').max(40, 'expected 0 to 40 pixels')
const link = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    const problem = linkProblem(text)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

/** A field that is missing is not set: the next one in line says it. */
export const brandingFields = {
  businessName: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !/[\p{Cc}\p{Bidi_Control}]/u.test(text), 'no control characters are allowed'),
  themeCode: z.enum(themes),
  backgroundColor: colour,
  buttonColor: colour,
  buttonTextColor: colour,
  linkColor: colour,
  backgroundColorDark: colour,
  buttonColorDark: colour,
  buttonTextColorDark: colour,
  linkColorDark: colour,
  buttonBorderRadius: radius,
  cardBorderRadius: radius,
  inputBorderRadius: radius,
  supportUrl: link,
  termsUrl: link,
  privacyUrl: link,
  isSecuredByShown: z.boolean(),
}

export type BrandingField = keyof typeof brandingFields
export type Branding = {
  readonly [Field in BrandingField]?: z.output<(typeof brandingFields)[Field]> | undefined
}

/**
 * As stored. A value that does not fit, which only another version can have written, counts as not set; a member that only a newer version
 * knows is kept, so that it is there when the document is written again.
 */
export function parseBranding(document: Readonly<Record<string, unknown>>): Branding {
  const fitting = Object.entries(document).filter(
    ([field, value]) => !isBrandingField(field) || brandingFields[field].safeParse(value).success,
  )
  return Object.fromEntries(fitting) as Branding // Each known member was looked at by the schema of its name.
}

function isBrandingField(name: string): name is BrandingField {
  return Object.hasOwn(brandingFields, name)
}

/** Whose branding it is. */
export type BrandingOwner =
  | { readonly kind: 'environment' }
  | { readonly kind: 'application'; readonly clientId: string }
  | { readonly kind: 'organization'; readonly code: string }

/** `favicon_fallback` is for browsers that show no SVG. Named as they are served. */
export const brandingFileKinds = ['logo', 'logo_dark', 'favicon_svg', 'favicon_fallback'] as const
export type BrandingFileKind = (typeof brandingFileKinds)[number]
