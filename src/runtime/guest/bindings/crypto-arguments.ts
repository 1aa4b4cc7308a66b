// The arguments of crypto.subtle as data: bytes as base64, algorithms and JWKs as records of the members that the standard
// names (W3C Web Cryptography §11 to §14; RFC 7517). Nothing of an author's object is kept.
import {
  bytesOf,
  GuestDOMException,
  GuestTypeError,
  isArray,
  newList,
  newRecord,
  NumberOf,
  reflectGet,
  StringOf,
  toBase64,
} from '../primordials.ts'
import type { HostKey } from './crypto-key.ts'

export type Request = Record<string, unknown>

/** Base64 of 2 MiB: more than one argument of an operation may hold. */
const mostCharacters = 2_796_204

const byteParameters = ['iv', 'additionalData', 'counter', 'label', 'salt', 'info', 'publicExponent']
const numberParameters = ['modulusLength', 'length', 'tagLength', 'saltLength', 'iterations']
/** RFC 7517 §4, RFC 7518 §6, RFC 8037 §2. */
const jwkTexts = ['kty', 'use', 'alg', 'crv', 'x', 'y', 'd', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi', 'k']

export function parametersOf(value: unknown, hostKeyOf: (value: unknown) => HostKey): Request {
  const found: Request = newRecord()
  if (typeof value !== 'object' || value === null) {
    found['name'] = StringOf(value)
    return found
  }
  found['name'] = StringOf(reflectGet(value, 'name'))
  for (let index = 0; index < byteParameters.length; index++) {
    const name = byteParameters[index] ?? ''
    const member: unknown = reflectGet(value, name)
    if (member !== undefined) found[name] = base64(member, name)
  }
  for (let index = 0; index < numberParameters.length; index++) {
    const name = numberParameters[index] ?? ''
    const member: unknown = reflectGet(value, name)
    if (member !== undefined) found[name] = NumberOf(member)
  }
  const hash: unknown = reflectGet(value, 'hash')
  if (hash !== undefined)
    found['hash'] = StringOf(typeof hash === 'object' && hash !== null ? reflectGet(hash, 'name') : hash)
  const namedCurve: unknown = reflectGet(value, 'namedCurve')
  if (namedCurve !== undefined) found['namedCurve'] = StringOf(namedCurve)
  const theirs: unknown = reflectGet(value, 'public')
  if (theirs !== undefined) found['public'] = hostKeyOf(theirs)
  return found
}

/** What the caller decides about a key that is made. */
export function future(
  extractable: unknown,
  usages: unknown,
): { extractable: boolean; usages: readonly string[] } {
  if (!isArray(usages)) throw new GuestTypeError('The key usages must be an array')
  return { extractable: !!extractable, usages: texts(usages) }
}

export function keyData(format: string, value: unknown): Request {
  if (format !== 'jwk') return { data: base64(value, 'the key data') }
  if (typeof value !== 'object' || value === null || bytesOf(value) !== undefined)
    throw new GuestTypeError('The key data of format "jwk" must be an object')
  const jwk: Request = newRecord()
  for (let index = 0; index < jwkTexts.length; index++) {
    const name = jwkTexts[index] ?? ''
    const member: unknown = reflectGet(value, name)
    if (member !== undefined) jwk[name] = StringOf(member)
  }
  const operations: unknown = reflectGet(value, 'key_ops')
  if (isArray(operations)) jwk['key_ops'] = texts(operations)
  const ext: unknown = reflectGet(value, 'ext')
  if (ext !== undefined) jwk['ext'] = !!ext
  return { jwk }
}

function texts(list: readonly unknown[]): string[] {
  const copy = newList<string>()
  for (let index = 0; index < list.length; index++) copy[index] = StringOf(list[index])
  return copy
}

export function base64(source: unknown, name: string): string {
  const bytes = bytesOf(source)
  if (bytes === undefined) throw new GuestTypeError(name + ' must be an ArrayBuffer or a view of one')
  const text: string = toBase64(bytes)
  if (text.length > mostCharacters)
    throw new GuestDOMException(name + ' is longer than 2 MiB', 'OperationError')
  return text
}
