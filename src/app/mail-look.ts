// How a mail looks: as the pages of the sign-in that it was asked for in.
import { hexOf, palettes, parseColour, resolvedBranding, textOn } from '../branding/index.ts'
import { brandingFilePath, brandingsFor, type BrandedFor } from '../directory/index.ts'
import type { MailLook } from '../mail/index.ts'
import type { Store } from '../store/index.ts'

/** `mail` is undefined for Mintage's plain mail. Mail programs show no SVG, and few of the newer formats. */
export async function mailLook(
  branded: BrandedFor,
  issuer: string,
  store: Store,
): Promise<{ readonly businessName: string | undefined; readonly mail: MailLook | undefined }> {
  const looks = await brandingsFor(branded, { store })
  const branding = resolvedBranding(looks.map((one) => one.branding))
  const { businessName } = branding
  const colour = (text: string | undefined) => (text === undefined ? undefined : parseColour(text))
  const owner = looks.find(({ files }) => files.some(({ kind }) => kind === 'logo'))
  const isShown = owner?.files.some(
    ({ kind, contentType }) => kind === 'logo' && /^image\/(?:png|jpeg|gif)$/.test(contentType),
  )
  const logoPath = owner && isShown ? brandingFilePath(owner, 'logo') : undefined
  const button = colour(branding.buttonColor)
  if (logoPath === undefined && button === undefined) return { businessName, mail: undefined }
  const background = button ?? palettes.light.accent
  const mail = {
    button: hexOf(background),
    buttonText: hexOf(textOn(background, colour(branding.buttonTextColor))),
    ...(logoPath !== undefined && { logoUrl: `${issuer}${logoPath}` }),
  }
  return { businessName, mail }
}
