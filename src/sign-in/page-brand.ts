// What a page bears of a branding: its logo, colours, favicons and links. Logos go together, the light and the dark one of one owner, so that
// a dark page never shows the environment's beside an organization's light one.
import { hexOf, parseColour, resolvedBranding, type BrandingFileKind } from '../branding/index.ts'
import { brandingFilePath } from '../directory/index.ts'
import { themeHref, type Brand } from '../pages/index.ts'
import type { BrandingRecord } from '../store/index.ts'

/** `looks`: the strongest first. */
export function brandOf(looks: readonly BrandingRecord[]): Brand {
  const branding = resolvedBranding(looks.map((look) => look.branding))
  const { businessName, themeCode, supportUrl, termsUrl, privacyUrl } = branding
  const colour = parseColour(branding.buttonColor ?? branding.linkColor ?? '')
  const theme = themeHref(branding)
  const favicon = fileOf(looks, 'favicon_fallback')
  const faviconSvg = fileOf(looks, 'favicon_svg')
  return {
    ...(businessName !== undefined && { application: businessName }),
    ...logosOf(looks, themeCode),
    ...(theme !== undefined && { themeHref: theme }),
    ...(themeCode !== undefined && themeCode !== 'user_preference' && { colorScheme: themeCode }),
    ...(colour !== undefined && { colour: hexOf(colour) }),
    ...(faviconSvg !== undefined && { faviconSvgUrl: faviconSvg }),
    ...(favicon !== undefined && { faviconUrl: favicon }),
    ...(supportUrl !== undefined && { supportUrl }),
    ...(termsUrl !== undefined && { termsUrl }),
    ...(privacyUrl !== undefined && { privacyUrl }),
    ...(branding.isSecuredByShown === false && { isSecuredByHidden: true }),
  }
}

function logosOf(
  looks: readonly BrandingRecord[],
  themeCode: string = 'user_preference',
): Pick<Brand, 'logoUrl' | 'darkLogoUrl'> {
  const owner = looks.find(({ files }) => files.some(({ kind }) => kind.startsWith('logo')))
  if (owner === undefined) return {}
  const [light, dark] = [brandingFilePath(owner, 'logo'), brandingFilePath(owner, 'logo_dark')]
  const logoUrl = themeCode === 'dark' ? (dark ?? light) : (light ?? dark)
  const isEither = themeCode === 'user_preference' && light !== undefined && dark !== undefined
  return { ...(logoUrl !== undefined && { logoUrl }), ...(isEither && { darkLogoUrl: dark }) }
}

function fileOf(looks: readonly BrandingRecord[], kind: BrandingFileKind): string | undefined {
  const owner = looks.find(({ files }) => files.some((file) => file.kind === kind))
  return owner && brandingFilePath(owner, kind)
}
