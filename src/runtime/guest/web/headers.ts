// The engine's Headers with a constructor that takes everything that the web's takes
// (https://fetch.spec.whatwg.org/#headers-class): the engine's own knows records and lists of pairs only.
import {
  charCodeAt,
  construct,
  define,
  GuestHeaders,
  GuestTypeError,
  headersAppend,
  headersForEach,
  headersPrototype,
  newRecord,
  ownDescriptor,
  ownKeys,
  reflectGet,
  setPrototypeProperty,
  StringOf,
  SymbolIterator,
  SymbolToStringTag,
} from '../primordials.ts'
import { builtinKind } from '../builtin-kind.ts'
import { showAs } from '../shown.ts'
import { elements } from './elements.ts'

/** A class whose instances are the engine's own. */
export function headersClass(): object {
  function Headers(init?: unknown): object {
    if (new.target === undefined) throw new GuestTypeError('Headers must be constructed with `new`')
    const headers: object = construct(GuestHeaders, [], new.target)
    fillHeaders(headers, init)
    return headers
  }
  define(Headers, 'name', 'Headers', false)
  setPrototypeProperty(Headers, headersPrototype)
  define(headersPrototype, 'constructor', Headers, false)
  define(headersPrototype, SymbolToStringTag, 'Headers', false)
  return Headers
}

/** Throws a TypeError for names and values that a header cannot have. */
export function fillHeaders(headers: object, init: unknown): void {
  if (init === undefined) return
  if (typeof init !== 'object' || init === null)
    throw new GuestTypeError('Headers: the argument must be an object or an iterable of [name, value] pairs')
  if (builtinKind(init) === 'Headers') {
    headersForEach(init, (value: string, name: string) => append(headers, name, value))
    return
  }
  if (typeof reflectGet(init, SymbolIterator) === 'function') {
    const pairs = elements(init, 'Headers: the argument must be an iterable of [name, value] pairs')
    for (let index = 0; index < pairs.length; index++) {
      const message = 'Headers: each element must be a pair of a name and a value'
      const pair = elements(pairs[index], message)
      if (pair.length !== 2) throw new GuestTypeError(message)
      append(headers, pair[0], pair[1])
    }
    return
  }
  const names = ownKeys(init)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    if (typeof name === 'symbol' || name === undefined || ownDescriptor(init, name)?.enumerable !== true)
      continue
    append(headers, name, reflectGet(init, name))
  }
}

/** The combined values by name. */
function headersRecord(headers: object): Record<string, string> {
  const record = newRecord<string>()
  headersForEach(headers, (value: string, name: string) => {
    record[name] = record[name] === undefined ? value : record[name] + ', ' + value
  })
  return record
}

showAs((value) => (builtinKind(value) === 'Headers' ? headersRecord(value) : undefined))

function append(headers: object, name: unknown, value: unknown): void {
  headersAppend(headers, byteString(StringOf(name), 'name'), byteString(StringOf(value), 'value'))
}

function byteString(text: string, what: string): string {
  for (let index = 0; index < text.length; index++) {
    if (charCodeAt(text, index) > 255)
      throw new GuestTypeError(
        'Headers: the ' + what + ' holds a character above U+00FF, which headers cannot carry',
      )
  }
  return text
}
