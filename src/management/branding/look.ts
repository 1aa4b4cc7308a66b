// How the environment or an organization looks on pages and in mails, as Kinde writes it: the fields of its answers, and of the requests that
// set them.
import { z } from 'zod'
import {
  brandingFields,
  contrastText,
  hexOf,
  hslOf,
  parseColour,
  themes,
  type BrandingFileKind,
  type BrandingOwner,
  type ContrastProblem,
} from '../../branding/index.ts'
import { brandingFilePath, planBranding, type BrandingUpdate } from '../../directory/index.ts'
import type { BrandingRecord } from '../../store/index.ts'
import type { ManagementDeps } from '../management-deps.ts'
import { RequestError } from '../request-error.ts'

const shownColour = z.strictObject({ raw: z.string(), hex: z.string(), hsl: z.string() }).nullable()
const shownFile = z.string().nullable()
const shownRadius = z.int().nullable()

export const lookSchema = {
  logo: shownFile,
  logo_dark: shownFile,
  favicon_svg: shownFile,
  favicon_fallback: shownFile,
  link_color: shownColour,
  background_color: shownColour,
  button_color: shownColour,
  button_text_color: shownColour,
  link_color_dark: shownColour,
  background_color_dark: shownColour,
  button_text_color_dark: shownColour,
  button_color_dark: shownColour,
  button_border_radius: shownRadius,
  card_border_radius: shownRadius,
  input_border_radius: shownRadius,
  theme_code: z.enum(themes),
  color_scheme: z.enum(['light', 'dark', 'light dark']),
}

/** What is set for the owner itself; what is not set, and comes from the environment, is null. */
export function lookOf({ owner, branding, files }: BrandingRecord, issuerUrl: string) {
  const { themeCode = 'user_preference' } = branding
  const address = (kind: BrandingFileKind) => {
    const path = brandingFilePath({ owner, files }, kind)
    return path === undefined ? null : `${issuerUrl}${path}`
  }
  return {
    logo: address('logo'),
    logo_dark: address('logo_dark'),
    favicon_svg: address('favicon_svg'),
    favicon_fallback: address('favicon_fallback'),
    link_color: colourShown(branding.linkColor),
    background_color: colourShown(branding.backgroundColor),
    button_color: colourShown(branding.buttonColor),
    button_text_color: colourShown(branding.buttonTextColor),
    link_color_dark: colourShown(branding.linkColorDark),
    background_color_dark: colourShown(branding.backgroundColorDark),
    button_text_color_dark: colourShown(branding.buttonTextColorDark),
    button_color_dark: colourShown(branding.buttonColorDark),
    button_border_radius: branding.buttonBorderRadius ?? null,
    card_border_radius: branding.cardBorderRadius ?? null,
    input_border_radius: branding.inputBorderRadius ?? null,
    theme_code: themeCode,
    color_scheme: themeCode === 'user_preference' ? ('light dark' as const) : themeCode,
  }
}

function colourShown(raw: string | undefined): z.output<typeof shownColour> {
  const colour = raw === undefined ? undefined : parseColour(raw)
  return raw === undefined || colour === undefined ? null : { raw, hex: hexOf(colour), hsl: hslOf(colour) }
}

/** The fields of a request that set it; null takes one away. */
export const lookFields = {
  background_color: brandingFields.backgroundColor.nullable().optional(),
  button_color: brandingFields.buttonColor.nullable().optional(),
  button_text_color: brandingFields.buttonTextColor.nullable().optional(),
  link_color: brandingFields.linkColor.nullable().optional(),
  background_color_dark: brandingFields.backgroundColorDark.nullable().optional(),
  button_color_dark: brandingFields.buttonColorDark.nullable().optional(),
  button_text_color_dark: brandingFields.buttonTextColorDark.nullable().optional(),
  link_color_dark: brandingFields.linkColorDark.nullable().optional(),
  theme_code: brandingFields.themeCode.nullable().optional(),
}

type Look = z.output<z.ZodObject<typeof lookFields>>

/** Of a body with `lookFields`; other members of it are not looked at. */
export function brandingUpdateOf(look: Look): BrandingUpdate {
  return {
    backgroundColor: look.background_color,
    buttonColor: look.button_color,
    buttonTextColor: look.button_text_color,
    linkColor: look.link_color,
    backgroundColorDark: look.background_color_dark,
    buttonColorDark: look.button_color_dark,
    buttonTextColorDark: look.button_text_color_dark,
    linkColorDark: look.link_color_dark,
    themeCode: look.theme_code,
  }
}

/** Throws RequestError for colours that could not be read: one entry for each, with the ratio and the nearest colour that would do. */
export function refuseUnreadable(problems: readonly ContrastProblem[]): void {
  if (problems.length === 0) return
  throw new RequestError(
    'INVALID_REQUEST',
    problems.map((problem) => `${wireName(problem.field)}: ${contrastText(problem)}`),
  )
}

/** What a body with `lookFields` changes, for the commit that changes the rest of it. Throws RequestError for colours as above. */
export async function plannedLook(owner: BrandingOwner, look: Look, deps: Pick<ManagementDeps, 'store'>) {
  const plan = await planBranding(owner, brandingUpdateOf(look), deps)
  refuseUnreadable(plan.problems)
  return plan
}

/** `linkColorDark` is `link_color_dark` on the wire. */
export function wireName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
