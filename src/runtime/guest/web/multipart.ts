// multipart/form-data (RFC 7578) as fetch writes and reads it
// (https://html.spec.whatwg.org/#multipart-form-data, https://andreubotella.github.io/multipart-form-data/).
import {
  bytesSubarray,
  charCodeAt,
  decodeText,
  encodeText,
  GuestTypeError,
  makeWords,
  newList,
  numberToString,
  randomWords,
  stringIndexOf,
  stringSlice,
  stringToLowerCase,
  textDecoder,
  textEncoder,
} from '../primordials.ts'
import { blobContent, concatenated, File, fileName } from './blob.ts'
import { FormData, type FormEntry } from './form-data.ts'

const LF = 10
const CR = 13
const DASH = 45

export interface Multipart {
  readonly bytes: Uint8Array
  readonly type: string
}

/** The boundary is of the run's randomness, so a replay sends the same bytes. */
export function multipart(entries: readonly FormEntry[]): Multipart {
  const words = makeWords(4)
  randomWords(words)
  let boundary = '----formdata-'
  for (let index = 0; index < words.length; index++) boundary += numberToString(words[index] ?? 0, 36)
  const parts = newList<Uint8Array>()
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index]
    if (entry === undefined) continue
    const start =
      '--' + boundary + '\r\nContent-Disposition: form-data; name="' + escaped(withBreaks(entry.name)) + '"'
    if (typeof entry.value === 'string') {
      parts[parts.length] = encodeText(textEncoder, start + '\r\n\r\n' + withBreaks(entry.value) + '\r\n')
      continue
    }
    const content = blobContent(entry.value)
    if (content === undefined) continue
    const head = '; filename="' + escaped(fileName(entry.value) ?? 'blob') + '"\r\nContent-Type: '
    parts[parts.length] = encodeText(
      textEncoder,
      start + head + (content.type || 'application/octet-stream') + '\r\n\r\n',
    )
    parts[parts.length] = content.bytes
    parts[parts.length] = encodeText(textEncoder, '\r\n')
  }
  parts[parts.length] = encodeText(textEncoder, '--' + boundary + '--\r\n')
  return { bytes: concatenated(parts), type: 'multipart/form-data; boundary=' + boundary }
}

/** Throws a TypeError for a body that is not what its content type says. */
export function parsedMultipart(bytes: Uint8Array, contentType: string): FormData {
  const boundary = parameter(contentType, 'boundary')
  // RFC 2046 §5.1.1.
  if (boundary === undefined || boundary === '' || boundary.length > 70)
    throw malformed('the content type has no valid boundary')
  const delimiter = encodeText(textEncoder, '--' + boundary)
  const form = new FormData()
  let at = find(bytes, delimiter, 0)
  if (at === -1) throw malformed('the boundary is not in it')
  for (;;) {
    at += delimiter.length
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return form
    const headersFrom = afterBreak(bytes, at)
    const bodyFrom = find(bytes, blankLine, headersFrom - 2)
    const next = find(bytes, delimiter, headersFrom)
    if (bodyFrom === -1 || next === -1 || bodyFrom > next) throw malformed('a part does not end')
    const until = next - 2 < bodyFrom + 4 ? bodyFrom + 4 : next - 2
    addPart(
      form,
      decodeText(
        textDecoder,
        bytesSubarray(bytes, headersFrom, bodyFrom < headersFrom ? headersFrom : bodyFrom),
      ),
      bytesSubarray(bytes, bodyFrom + 4, until),
    )
    at = next
  }
}

const blankLine = encodeText(textEncoder, '\r\n\r\n')

function addPart(form: FormData, headers: string, body: Uint8Array): void {
  let disposition = ''
  let type = 'text/plain'
  for (let from = 0; from < headers.length;) {
    const end = stringIndexOf(headers, '\r\n', from)
    const line = stringSlice(headers, from, end === -1 ? headers.length : end)
    const colon = stringIndexOf(line, ':')
    const name = stringToLowerCase(stringSlice(line, 0, colon === -1 ? 0 : colon))
    const value = trimmed(stringSlice(line, colon + 1))
    if (name === 'content-disposition') disposition = value
    if (name === 'content-type') type = value
    from = end === -1 ? headers.length : end + 2
  }
  const name = parameter(disposition, 'name')
  if (name === undefined) throw malformed('a part has no name')
  const filename = parameter(disposition, 'filename')
  if (filename === undefined) form.append(unescaped(name), decodeText(textDecoder, body))
  else form.append(unescaped(name), new File([body], unescaped(filename), { type }))
}

/** A parameter of a header's value: `name=token` or `name="quoted"`. */
export function parameter(value: string, name: string): string | undefined {
  const wanted = name + '='
  for (let from = stringIndexOf(value, ';'); from !== -1;) {
    let at = from + 1
    while (charCodeAt(value, at) === 32) at++
    const isWanted = stringToLowerCase(stringSlice(value, at, at + wanted.length)) === wanted
    const equals = stringIndexOf(value, '=', at)
    const quoted = equals !== -1 && stringSlice(value, equals + 1, equals + 2) === '"'
    const end = quoted ? stringIndexOf(value, '"', equals + 2) : stringIndexOf(value, ';', at)
    if (isWanted) {
      const start = equals + (quoted ? 2 : 1)
      return end === -1 ? stringSlice(value, start) : stringSlice(value, start, end)
    }
    from = end === -1 ? -1 : quoted ? stringIndexOf(value, ';', end) : end
  }
  return undefined
}

function malformed(why: string): Error {
  return new GuestTypeError('The body is not multipart/form-data: ' + why)
}

function afterBreak(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== CR || bytes[at + 1] !== LF) throw malformed('a boundary does not end its line')
  return at + 2
}

/** By its first byte first: linear for what servers send, and bounded by the body's limit for the rest. */
function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const last = bytes.length - wanted.length
  for (let at = from < 0 ? 0 : from; at <= last; at++) {
    let length = 0
    while (length < wanted.length && bytes[at + length] === wanted[length]) length++
    if (length === wanted.length) return at
  }
  return -1
}

/** Every line break as CRLF. */
function withBreaks(text: string): string {
  let result = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = charCodeAt(text, at)
    if (code !== CR && code !== LF) continue
    result += stringSlice(text, from, at) + '\r\n'
    if (code === CR && charCodeAt(text, at + 1) === LF) at++
    from = at + 1
  }
  return result + stringSlice(text, from)
}

function escaped(text: string): string {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const code = charCodeAt(text, at)
    result += code === LF ? '%0A' : code === CR ? '%0D' : code === 34 ? '%22' : stringSlice(text, at, at + 1)
  }
  return result
}

function unescaped(text: string): string {
  let result = ''
  let from = 0
  for (let at = stringIndexOf(text, '%'); at !== -1; at = stringIndexOf(text, '%', at + 1)) {
    const code = stringSlice(text, at, at + 3)
    const plain = code === '%0A' ? '\n' : code === '%0D' ? '\r' : code === '%22' ? '"' : undefined
    if (plain === undefined) continue
    result += stringSlice(text, from, at) + plain
    from = at + 3
  }
  return result + stringSlice(text, from)
}

function trimmed(text: string): string {
  let from = 0
  while (charCodeAt(text, from) === 32) from++
  return stringSlice(text, from)
}
