// util.format and what console prints: %s %d %i %f %j %o %O %c %% and the rest as inspect shows it. The result is bounded.
import { inspect } from './inspect.ts'
import {
  bigintToString,
  charCodeAt,
  jsonStringify,
  NumberOf,
  objectIs,
  numberToString,
  StringOf,
  stringIndexOf,
  stringSlice,
  stringToWellFormed,
  symbolToString,
  trunc,
} from './primordials.ts'

export const maxFormattedLength = 16_384

/** `values` is our own argument list; only its elements are the author's. */
export function format(values: readonly unknown[]): string {
  const first = values[0]
  let text = ''
  let used = 0
  if (typeof first === 'string') {
    used = 1
    text = stringIndexOf(first, '%') === -1 || values.length === 1 ? first : ''
    if (text === '' && first !== '') {
      let from = 0
      for (
        let at = stringIndexOf(first, '%');
        at !== -1 && at < first.length - 1;
        at = stringIndexOf(first, '%', from)
      ) {
        const letter = charCodeAt(first, at + 1)
        text += stringSlice(first, from, at)
        from = at + 2
        if (letter === 37) text += '%'
        else if (used < values.length && isDirective(letter)) text += directive(letter, values[used++])
        else text += stringSlice(first, at, from)
        if (text.length > maxFormattedLength) break
      }
      text += stringSlice(first, from)
    }
  }
  for (let index = used; index < values.length && text.length <= maxFormattedLength; index++) {
    const value = values[index]
    if (index > 0) text += ' '
    text += typeof value === 'string' ? value : inspect(value)
  }
  return boundText(text)
}

/** Cut where it must be, and said so. */
export function boundText(text: string): string {
  if (text.length <= maxFormattedLength) return stringToWellFormed(text)
  const cut = text.length - maxFormattedLength + 32
  return stringToWellFormed(stringSlice(text, 0, maxFormattedLength - 32)) + '… ' + cut + ' more characters'
}

const s = 115
const d = 100
const i = 105
const f = 102
const j = 106
const o = 111
const O = 79
const c = 99

function isDirective(letter: number): boolean {
  return (
    letter === s ||
    letter === d ||
    letter === i ||
    letter === f ||
    letter === j ||
    letter === o ||
    letter === O ||
    letter === c
  )
}

function directive(letter: number, value: unknown): string {
  if (letter === s) return asString(value)
  if (letter === j) return asJson(value)
  if (letter === o || letter === O) return inspect(value)
  if (letter === c) return ''
  return asNumber(letter, value)
}

function asString(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'symbol') return symbolToString(value)
  if (
    typeof value === 'object' ||
    typeof value === 'function' ||
    typeof value === 'bigint' ||
    objectIs(value, -0)
  ) {
    return inspect(value, 0)
  }
  return StringOf(value)
}

function asNumber(letter: number, value: unknown): string {
  if (typeof value === 'bigint') return bigintToString(value) + 'n'
  if (typeof value === 'symbol' || typeof value === 'object' || typeof value === 'function') return 'NaN'
  const number = letter === i ? trunc(NumberOf(value)) : NumberOf(value)
  return objectIs(number, -0) ? '-0' : numberToString(number)
}

function asJson(value: unknown): string {
  try {
    return jsonStringify(value) ?? 'undefined'
  } catch {
    return '[Circular]'
  }
}
