// Locales, options and values of Intl as the JSON that asks the host (host half: worker/host-functions/intl.ts).
import { builtinKind } from '../builtin-kind.ts'
import {
  apply,
  bigintToString,
  dateGetTime,
  dateNow,
  GuestRangeError,
  GuestTypeError,
  isArray,
  isFiniteNumber,
  newList,
  numberToString,
  NumberOf,
  objectIs,
  ownKeys,
  quote,
  reflectGet,
  StringOf,
  SymbolIterator,
} from '../primordials.ts'

/** Locales and options as the JSON members of a request. */
export type Settings = string

export function settingsJson(locales: unknown, options: unknown): Settings {
  return '"locales":' + localesJson(locales) + ',"options":' + optionsJson(options)
}

export function localesJson(locales: unknown): string {
  if (locales === undefined) return '[]'
  if (typeof locales === 'string') return '[' + quote(locales) + ']'
  if (!isArray(locales)) throw new GuestTypeError('Incorrect locale information provided')
  let text = ''
  for (let index = 0; index < locales.length && index < 17; index++) {
    text += (index === 0 ? '' : ',') + quote(StringOf(locales[index]))
  }
  return '[' + text + ']'
}

function optionsJson(options: unknown): string {
  if (typeof options !== 'object' || options === null) return '{}'
  let text = ''
  const names = ownKeys(options)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    if (typeof name !== 'string') continue
    const value: unknown = reflectGet(options, name)
    if (value === undefined) continue
    text += (text === '' ? '' : ',') + quote(name) + ':' + optionJson(value)
  }
  return '{' + text + '}'
}

function optionJson(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number' && isFiniteNumber(value)) return numberToString(value)
  return quote(StringOf(value))
}

export function timeJson(value: unknown): string {
  const isDate = typeof value === 'object' && value !== null && builtinKind(value) === 'Date'
  const time: number = isDate ? dateGetTime(value) : value === undefined ? dateNow() : NumberOf(value)
  if (!isFiniteNumber(time)) throw new GuestRangeError('Invalid time value')
  return numberToString(time)
}

export function numericJson(value: unknown): string {
  if (typeof value === 'bigint') return quote(bigintToString(value))
  const number = NumberOf(value)
  return quote(objectIs(number, -0) ? '-0' : numberToString(number))
}

export function textJson(value: unknown): string {
  return quote(StringOf(value))
}

export function relativeJson(rest: readonly unknown[]): string {
  return numericJson(rest[0]) + ',' + textJson(rest[1])
}

export function listJson(list: unknown): string {
  const items = listItems(list)
  let text = ''
  for (let index = 0; index < items.length; index++)
    text += (index === 0 ? '' : ',') + quote(StringOf(items[index]))
  return '[' + text + ']'
}

function listItems(list: unknown): readonly unknown[] {
  if (isArray(list)) return list
  const items = newList<unknown>()
  if (list === undefined) return items
  const iterate: unknown =
    typeof list === 'object' && list !== null ? reflectGet(list, SymbolIterator) : undefined
  if (typeof iterate !== 'function') throw new GuestTypeError('Intl.ListFormat: the list is not iterable')
  const iterator: { next: () => { done?: boolean; value: unknown } } = apply(iterate, list, [])
  for (let step = iterator.next(); step.done !== true; step = iterator.next())
    items[items.length] = step.value
  return items
}
