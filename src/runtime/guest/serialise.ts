// The claims of every token as one JSON text, at the end of a run whose claims are not all plain data: those the host
// reads without asking (worker/plain-claims.ts). The walk copies what it finds, once, into plain data without prototypes,
// and the text is made from that copy: getters, Proxies and toJSON cannot show one thing to the check and another to the
// token, and nothing on a builtin prototype has a say. What JSON cannot carry is refused by name. The host parses and
// checks the text again; this side only makes the author's error text good.
//
// Large claims with one Date in them come here too, hence its shape: one closure with shared locals, few calls per value.
import { builtinKind } from './builtin-kind.ts'
import { isIdentifier } from './identifier.ts'
import {
  apply,
  arrayCopy,
  booleanValueOf,
  dateGetTime,
  dateToISOString,
  dateToJSON,
  encodeText,
  getPrototypeOf,
  isArray,
  isError,
  jsonStringify,
  newList,
  newRecord,
  numberToString,
  numberValueOf,
  objectCreate,
  objectKeys,
  objectPrototype,
  quote,
  setPrototypeOf,
  stringSlice,
  stringValueOf,
  textEncoder,
} from './primordials.ts'

export interface ClaimsBounds {
  readonly claimsDepth: number
  readonly resultBytes: number
}

export interface ClaimsRefusal {
  readonly kind: 'claims-invalid' | 'claims-too-large'
  readonly message: string
}

export type Serialised =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly refusal: ClaimsRefusal }

/** A path through a cycle is as long as the depth allows. */
const maxPathLength = 240

/** Thrown inside the walk: no Error, so that it costs no stack and cannot be mistaken for the author's. */
class Refused {
  readonly refusal: ClaimsRefusal

  constructor(kind: ClaimsRefusal['kind'], message: string) {
    this.refusal = { kind, message }
  }
}

export function serialiseClaims(claims: Record<string, object>, bounds: ClaimsBounds): Serialised {
  try {
    const json = jsonStringify(copyOf(claims, bounds))
    if (utf8Length(json, bounds.resultBytes) > bounds.resultBytes) throw tooLarge(bounds)
    return { ok: true, json }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    throw error
  }
}

function copyOf(claims: Record<string, object>, bounds: ClaimsBounds): Record<string, unknown> {
  const { claimsDepth, resultBytes } = bounds
  /** The key at each depth of where the walk stands; read only when something is refused. */
  const path = newList<string | number>()
  /** Characters that are certain to be in the text; never more than its real length. */
  let length = 0

  const copyFields = (value: Record<string, unknown>, depth: number): Record<string, unknown> => {
    const copy: Record<string, unknown> = objectCreate(null)
    const names = objectKeys(value)
    const count = names.length
    for (let index = 0; index < count; index++) {
      const name = names[index]
      if (name === undefined) continue
      const item = value[name]
      length += name.length + 4
      if (typeof item === 'string') {
        length += item.length
        copy[name] = item
      } else if (item === true || item === false || item === null) {
        copy[name] = item
      } else if (item !== undefined) {
        path[depth] = name
        const copied = copyValue(item, depth)
        if (copied !== undefined) copy[name] = copied
      }
      if (length > resultBytes) throw tooLarge(bounds)
    }
    return copy
  }

  const copyItems = (value: readonly unknown[], depth: number): unknown[] => {
    if (value.length > resultBytes) throw tooLarge(bounds)
    // Every element is read here, once; what follows looks at the copy.
    const copy: unknown[] = arrayCopy(value)
    setPrototypeOf(copy, null)
    const count = copy.length
    let index = 0
    // Most arrays in tokens are lists of strings, and four at a time the loop costs less than the look.
    for (; index + 3 < count; index += 4) {
      const a = copy[index]
      const b = copy[index + 1]
      const c = copy[index + 2]
      const d = copy[index + 3]
      if (typeof a !== 'string' || typeof b !== 'string' || typeof c !== 'string' || typeof d !== 'string')
        break
      length += a.length + b.length + c.length + d.length
    }
    for (; index < count; index++) {
      const item = copy[index]
      if (typeof item === 'string') {
        length += item.length
        continue
      }
      path[depth] = index
      const copied = copyValue(item, depth)
      if (copied === undefined) throw refusedAt(depth, 'undefined has no place in an array; use null')
      copy[index] = copied
      if (length > resultBytes) throw tooLarge(bounds)
    }
    length += count
    if (length > resultBytes) throw tooLarge(bounds)
    return copy
  }

  /** `depth` is that of the object which holds the value; undefined comes back for what is left out of objects. */
  const copyValue = (value: unknown, depth: number): unknown => {
    switch (typeof value) {
      case 'object':
        return value === null ? null : copyObject(value as Record<string, unknown>, depth + 1, true)
      case 'string':
        length += value.length
        return value
      case 'number':
        if (value - value !== 0) throw refusedAt(depth, numberToString(value) + ' is not a JSON number')
        return value
      case 'boolean':
      case 'undefined':
        return value
      case 'bigint':
      case 'function':
      case 'symbol':
        throw refusedAt(depth, 'a ' + typeof value + ' cannot be written as JSON')
    }
  }

  const copyObject = (value: Record<string, unknown>, depth: number, honourToJson: boolean): unknown => {
    if (depth > claimsDepth) throw refusedAt(depth - 1, 'cycle or nested deeper than ' + claimsDepth)
    if (honourToJson) {
      const toJson = value['toJSON']
      if (typeof toJson === 'function') return copyFromToJson(value, toJson, depth)
    }
    const prototype = getPrototypeOf(value)
    if (prototype === objectPrototype) return copyFields(value, depth)
    if (isArray(value)) return copyItems(value, depth)
    const kind = isError(value) ? 'Error' : builtinKind(value)
    return kind === undefined ? copyFields(value, depth) : copyUnboxed(value, kind, depth - 1)
  }

  const copyFromToJson = (value: object, toJson: Function, depth: number): unknown => {
    // Date's own goes through toISOString, which the author may have replaced; the captured one gives the same text.
    if (toJson === dateToJSON && builtinKind(value) === 'Date') {
      const time = dateGetTime(value)
      if (time !== time) throw refusedAt(depth - 1, 'an invalid Date cannot be written as JSON')
      return dateToISOString(value)
    }
    const key = path[depth - 1]
    const result: unknown = apply(toJson, value, [typeof key === 'number' ? numberToString(key) : key])
    // Asked once: a toJSON on the result is a property like any other.
    if (typeof result !== 'object' || result === null) return copyValue(result, depth - 1)
    return copyObject(result as Record<string, unknown>, depth, false)
  }

  /** Boxed primitives are written as JSON.stringify writes them; other builtins have no JSON form of their own. */
  const copyUnboxed = (value: object, kind: string, depth: number): unknown => {
    if (kind === 'String') return copyValue(stringValueOf(value), depth)
    if (kind === 'Number') return copyValue(numberValueOf(value), depth)
    if (kind === 'Boolean') return booleanValueOf(value)
    throw refusedAt(depth, 'a ' + kind + ' cannot be written as JSON')
  }

  const refusedAt = (depth: number, what: string): Refused =>
    new Refused('claims-invalid', pathText(path, depth) + ': ' + what)

  const copy = newRecord<unknown>()
  const tokens = objectKeys(claims)
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) continue
    path[0] = token
    copy[token] = copyFields(claims[token] as Record<string, unknown>, 1)
  }
  return copy
}

/** Exact where it matters: a UTF-16 unit is at most three bytes of UTF-8, so short texts need no encoding. */
function utf8Length(text: string, limit: number): number {
  if (text.length * 3 <= limit || text.length > limit) return text.length
  return encodeText(textEncoder, text).length
}

function tooLarge(bounds: ClaimsBounds): Refused {
  return new Refused(
    'claims-too-large',
    'The claims are larger than ' + bounds.resultBytes + ' bytes as JSON',
  )
}

/** `accessToken.user.roles[3]`, or `accessToken["https://example.com/roles"]`. */
function pathText(path: readonly (string | number)[], depth: number): string {
  let text = ''
  for (let index = 0; index <= depth && text.length <= maxPathLength; index++) {
    const key = path[index]
    if (typeof key === 'number') text += '[' + key + ']'
    else if (index === 0) text += key
    else if (key !== undefined) text += isIdentifier(key) ? '.' + key : '[' + quote(key) + ']'
  }
  return text.length > maxPathLength ? stringSlice(text, 0, maxPathLength) + '…' : text
}
