// The files of a branding: logos and favicons. What a file is, its bytes say (branding/image.ts).
import { createHash } from 'node:crypto'
import { imageProblem, imageTypeOf, type BrandingFileKind, type BrandingOwner } from '../branding/index.ts'
import type { BrandingRecord, StoredBrandingFile } from '../store/index.ts'
import { brandingOf, namedIn, type WithBranding } from './branding.ts'
import { audited, type OperationDeps } from './operation.ts'

/** A file to store, or why it cannot be one of this kind, as a sentence. */
export function brandingFile(
  kind: BrandingFileKind,
  bytes: Uint8Array,
): { readonly file: StoredBrandingFile } | { readonly problem: string } {
  const contentType = imageTypeOf(bytes)
  const problem = imageProblem(bytes)
  if (problem !== undefined || contentType === undefined)
    return { problem: problem ?? 'The file is not an image.' }
  if (kind === 'favicon_svg' && contentType !== 'image/svg+xml')
    return { problem: 'This favicon has to be an SVG.' }
  if (kind === 'favicon_fallback' && contentType !== 'image/png')
    return { problem: 'This favicon has to be a PNG.' }
  return { file: { kind, contentType, hash: createHash('sha256').update(bytes).digest('hex'), bytes } }
}

/** In place of the one that is there. */
export async function putBrandingFile(
  owner: BrandingOwner,
  file: StoredBrandingFile,
  deps: OperationDeps,
): Promise<void> {
  const { kind, contentType, hash } = file
  await deps.store.commit([
    { kind: 'put-branding-file', of: owner, file },
    audited(deps, null, { ...namedIn(owner), file: kind, contentType, hash }),
  ])
}

/** False when it has no such file; then nothing was changed. */
export async function deleteBrandingFile(
  owner: BrandingOwner,
  kind: BrandingFileKind,
  deps: OperationDeps & WithBranding,
): Promise<boolean> {
  const { files } = await brandingOf(owner, deps)
  if (!files.some((file) => file.kind === kind)) return false
  await deps.store.commit([
    { kind: 'delete-branding-file', of: owner, file: kind },
    audited(deps, null, { ...namedIn(owner), file: kind }),
  ])
  return true
}

/** Below the issuer, with the hash of the file, so that it may be kept without an end; undefined without a file. */
export function brandingFilePath(
  { owner, files }: Pick<BrandingRecord, 'owner' | 'files'>,
  kind: BrandingFileKind,
): string | undefined {
  const file = files.find((one) => one.kind === kind)
  if (file === undefined) return undefined
  const query = new URLSearchParams({ ...ownerQuery(owner), cache: file.hash.slice(0, 32) })
  return `/${kind}?${query.toString()}`
}

function ownerQuery(owner: BrandingOwner): Readonly<Record<string, string>> {
  if (owner.kind === 'environment') return {}
  return owner.kind === 'organization' ? { org_code: owner.code } : { client_id: owner.clientId }
}
