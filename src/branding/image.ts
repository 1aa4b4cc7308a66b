// What an uploaded file is, by its bytes: what a client calls it proves nothing, and a browser must never be sent HTML as an image.

/** Bytes of a logo or a favicon: fewer than 1 MB, as at Kinde (C§20). */
export const mostImageBytes = 1_000_000 - 1

const imageTypes = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/svg+xml': 'svg',
} as const
export type ImageType = keyof typeof imageTypes

/** `png`. */
export function imageExtension(type: ImageType): string {
  return imageTypes[type]
}

export function isImageType(text: string): text is ImageType {
  return Object.hasOwn(imageTypes, text)
}

/** Undefined for bytes of any format that pages do not show. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1')
  if (text(0, 8) === '\u0089PNG\r\n\u001A\n') return 'image/png'
  if (text(0, 3) === '\u00FF\u00D8\u00FF') return 'image/jpeg'
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'image/gif'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  // ISO 14496-12 §4.3: the brands of the file are in its first box.
  if (text(4, 8) === 'ftyp' && /avi[fs]/.test(text(8, Math.min(firstBoxBytes(bytes), 128))))
    return 'image/avif'
  return isSvg(bytes) ? 'image/svg+xml' : undefined
}

function firstBoxBytes(bytes: Uint8Array): number {
  return Buffer.from(bytes.subarray(0, 4)).readUInt32BE(0)
}

/** A declaration, comments and a plain DOCTYPE may come before the root. Entities are refused: a few of them can stand for gigabytes. */
const svgStart =
  /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S]){0,4000}-->\s*|<!DOCTYPE\s+svg[^>[]*>\s*)*<svg[\s>]/

function isSvg(bytes: Uint8Array): boolean {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return false
  }
  return svgStart.test(text) && !/<!ENTITY/i.test(text)
}

/** Why the file cannot be a logo, as a sentence; undefined when it can. */
export function imageProblem(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength === 0) return 'The file is empty.'
  if (bytes.byteLength > mostImageBytes) return 'The file has 1 MB or more.'
  if (imageTypeOf(bytes) === undefined) return 'The file is not a PNG, JPEG, GIF, SVG, AVIF or WEBP image.'
  return undefined
}
