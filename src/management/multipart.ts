// A body of multipart/form-data (RFC 7578), for operations that take a file. Parsed by Node's own fetch; whole and bounded before that.
import { z } from 'zod'
import { RequestError } from './request-error.ts'

/** Fields and boundaries around a file smaller than 1 MB; no more than the HTTP server takes for any path. */
export const mostMultipartBytes = 1_048_576

/** The bytes of a file. What the client says of its name and type is not looked at. */
export const fileField = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected a file')
  .meta({ type: 'string', format: 'binary' })

/** Texts and files by the names of their fields; undefined without a body. Throws RequestError. */
export async function multipartBody(
  bytes: ArrayBuffer,
  contentType: string | undefined,
  fields: readonly string[],
): Promise<Readonly<Record<string, string | Uint8Array>> | undefined> {
  if (bytes.byteLength === 0) return undefined
  const expected = `body: send multipart/form-data with ${fields.join(', ')}`
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? ''))
    throw new RequestError('INVALID_REQUEST', expected)
  const form = await parsed(bytes, contentType ?? '', expected)
  const entries = await Promise.all(
    [...form].map(async ([name, value]): Promise<[string, string | Uint8Array]> => [
      name,
      typeof value === 'string' ? value : await value.bytes(),
    ]),
  )
  const [twice] = entries.map(([name]) => name).filter((name, index, all) => all.indexOf(name) !== index)
  if (twice !== undefined) throw new RequestError('INVALID_REQUEST', `body.${twice}: it is sent twice`)
  return Object.fromEntries(entries)
}

async function parsed(bytes: ArrayBuffer, contentType: string, expected: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', `${expected}; what was sent cannot be parsed.`, { cause })
  }
}
