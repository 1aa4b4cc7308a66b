// application/x-www-form-urlencoded as text (WHATWG URL §5): parsing and writing lists of name and value.
import {
  apply,
  charCodeAt,
  decodeText,
  encodeText,
  fromCharCode,
  GuestTypeError,
  hasOwnEnumerable,
  isArray,
  makeBytes,
  newList,
  ownKeys,
  reflectGet,
  stringIndexOf,
  StringOf,
  stringSlice,
  SymbolIterator,
  textDecoder,
  textEncoder,
} from './primordials.ts'

export interface Pair {
  readonly name: string
  readonly value: string
}
export type Pairs = Pair[]

const AMPERSAND = 38
const PERCENT = 37
const PLUS = 43
const SPACE = 32
const QUESTION_MARK = 63
const hexDigits = '0123456789ABCDEF'

export function decodeForm(text: string): Pairs {
  const pairs = newList<Pair>()
  let from = charCodeAt(text, 0) === QUESTION_MARK ? 1 : 0
  for (let index = from; index <= text.length; index++) {
    if (index < text.length && charCodeAt(text, index) !== AMPERSAND) continue
    if (index > from) {
      const part = stringSlice(text, from, index)
      const equals = stringIndexOf(part, '=')
      const name = equals === -1 ? part : stringSlice(part, 0, equals)
      const value = equals === -1 ? '' : stringSlice(part, equals + 1)
      pairs[pairs.length] = { name: decodeComponent(name), value: decodeComponent(value) }
    }
    from = index + 1
  }
  return pairs
}

export function encodeForm(pairs: Pairs): string {
  let text = ''
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]
    if (pair === undefined) continue
    if (index > 0) text += '&'
    text += encodeComponent(pair.name) + '=' + encodeComponent(pair.value)
  }
  return text
}

/** What `new URLSearchParams(init)` makes of a string, of pairs in any iterable, or of an object. */
export function pairsFrom(init: unknown): Pairs {
  if (init === undefined) return newList<Pair>()
  if (typeof init !== 'object' && typeof init !== 'function') return decodeForm(StringOf(init))
  if (init === null) return decodeForm('null')
  const pairs = newList<Pair>()
  if (isArray(init)) {
    for (let index = 0; index < init.length; index++) pairs[index] = pairFrom(init[index])
    return pairs
  }
  const iterate: unknown = reflectGet(init, SymbolIterator)
  if (typeof iterate === 'function') {
    const iterator: { next: () => { done?: boolean; value: unknown } } = apply(iterate, init, [])
    for (let step = iterator.next(); step.done !== true; step = iterator.next()) {
      pairs[pairs.length] = pairFrom(step.value)
    }
    return pairs
  }
  const names = ownKeys(init)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    if (typeof name !== 'string' || !hasOwnEnumerable(init, name)) continue
    pairs[pairs.length] = { name, value: StringOf(reflectGet(init, name)) }
  }
  return pairs
}

function pairFrom(value: unknown): Pair {
  if (!isArray(value) || value.length !== 2) {
    throw new GuestTypeError('Each query pair must be an iterable [name, value] tuple')
  }
  return { name: StringOf(value[0]), value: StringOf(value[1]) }
}

/** Letters, digits and *-._ stand for themselves. */
function isPlain(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 42 ||
    code === 45 ||
    code === 46 ||
    code === 95
  )
}

function encodeComponent(text: string): string {
  let plain = true
  for (let index = 0; plain && index < text.length; index++) plain = isPlain(charCodeAt(text, index))
  if (plain) return text
  const bytes = encodeText(textEncoder, text)
  let encoded = ''
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (isPlain(byte)) encoded += fromCharCode(byte)
    else if (byte === SPACE) encoded += '+'
    else encoded += '%' + hexDigits[byte >> 4] + hexDigits[byte & 15]
  }
  return encoded
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  if (code >= 97 && code <= 102) return code - 87
  return -1
}

function decodeComponent(text: string): string {
  if (stringIndexOf(text, '%') === -1 && stringIndexOf(text, '+') === -1) return text
  const source = encodeText(textEncoder, text)
  const bytes = makeBytes(source.length)
  let length = 0
  for (let index = 0; index < source.length; index++) {
    const byte = source[index] ?? 0
    const high = byte === PERCENT ? hexValue(source[index + 1] ?? 0) : -1
    const low = high === -1 ? -1 : hexValue(source[index + 2] ?? 0)
    if (low !== -1) {
      bytes[length++] = high * 16 + low
      index += 2
    } else {
      bytes[length++] = byte === PLUS ? SPACE : byte
    }
  }
  return decodeText(textDecoder, bytesUpTo(bytes, length))
}

function bytesUpTo(bytes: Uint8Array, length: number): Uint8Array {
  const exact = makeBytes(length)
  for (let index = 0; index < length; index++) exact[index] = bytes[index] ?? 0
  return exact
}
