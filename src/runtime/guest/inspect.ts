// A value as short text, in the manner of Node's util.inspect. Bounded in depth, breadth, length and total work; getters
// are named and not called. Proxies cannot be recognised from inside, so their traps may run, under the run's limits.
import {
  bigintToString,
  charCodeAt,
  dateGetTime,
  dateToISOString,
  getPrototypeOf,
  GuestSet,
  isArray,
  isError,
  mapForEach,
  mapSize,
  numberToString,
  objectIs,
  objectPrototype,
  ownDescriptor,
  ownKeys,
  quote,
  regExpToString,
  setAdd,
  setDelete,
  setForEach,
  setHas,
  setSize,
  StringOf,
  stringIndexOf,
  stringRepeat,
  stringSlice,
  symbolToString,
} from './primordials.ts'
import { builtinKind } from './builtin-kind.ts'
import { framesOf } from './error-stack.ts'
import { isIdentifier } from './identifier.ts'
import { shownFields } from './shown.ts'

const defaultDepth = 4
const maxItems = 100
const maxStringLength = 4_096
const maxTextLength = 16_384
const lineLength = 72

interface Work {
  /** Characters that may still be written; below zero everything ends in an ellipsis. */
  left: number
  readonly maxDepth: number
  readonly path: Set<object>
}

export function inspect(value: unknown, maxDepth: number = defaultDepth): string {
  return show(value, 0, { left: maxTextLength, maxDepth, path: new GuestSet<object>() }, true)
}

function show(value: unknown, depth: number, work: Work, quoted: boolean): string {
  if (work.left <= 0) return '…'
  const text =
    typeof value === 'object' || typeof value === 'function'
      ? complex(value, depth, work)
      : simple(value, quoted)
  work.left -= text.length
  return text
}

function simple(value: unknown, quoted: boolean): string {
  if (typeof value === 'string') return quoted ? quoteShort(value) : value
  if (typeof value === 'bigint') return bigintToString(value) + 'n'
  if (typeof value === 'number') return objectIs(value, -0) ? '-0' : numberToString(value)
  if (typeof value === 'symbol') return symbolToString(value)
  return StringOf(value)
}

function quoteShort(text: string): string {
  const short = text.length > maxStringLength ? stringSlice(text, 0, maxStringLength) : text
  const more = text.length > short.length ? '… ' + (text.length - short.length) + ' more characters' : ''
  if (stringIndexOf(short, "'") !== -1) return quote(short) + more
  let escaped = ''
  let from = 0
  for (let index = 0; index < short.length; index++) {
    const code = charCodeAt(short, index)
    if (code >= 32 && code !== 92) continue
    const json = quote(stringSlice(short, index, index + 1))
    escaped += stringSlice(short, from, index) + stringSlice(json, 1, json.length - 1)
    from = index + 1
  }
  return "'" + escaped + stringSlice(short, from) + "'" + more
}

function complex(value: object | null, depth: number, work: Work): string {
  if (value === null) return 'null'
  if (setHas(work.path, value)) return '[Circular]'
  setAdd(work.path, value)
  try {
    return object(value, depth, work)
  } catch {
    return '[an object that cannot be shown]'
  } finally {
    setDelete(work.path, value)
  }
}

function object(value: object, depth: number, work: Work): string {
  if (typeof value === 'function') return withFields(value, '[' + functionLabel(value) + ']', depth, work)
  if (isError(value)) return errorText(value, depth, work)
  const kind = builtinKind(value)
  if (kind === 'Date') {
    const time = dateGetTime(value)
    return time === time ? dateToISOString(value) : 'Invalid Date'
  }
  if (kind === 'RegExp') return regExpToString(value)
  if (depth > work.maxDepth)
    return isArray(value) ? '[Array]' : '[' + (constructorName(value) || 'Object') + ']'
  if (isArray(value)) return arrayText(value, depth, work)
  if (kind === 'Map') return mapText(value, depth, work)
  if (kind === 'Set') return setText(value, depth, work)
  const shown = shownFields(value)
  if (shown !== undefined)
    return wrapped(constructorName(value) + ' {', fields(shown, depth, work), '}', depth)
  if (kind !== undefined) return withFields(value, kind, depth, work)
  return plainText(value, depth, work)
}

function functionLabel(value: object): string {
  const name = ownText(value, 'name')
  const source = ownText(value, 'prototype') === '' && ownDescriptor(value, 'prototype')?.writable === false
  const label = source ? 'class' : 'Function'
  return name === '' ? label + ' (anonymous)' : source ? 'class ' + name : 'Function: ' + name
}

function ownText(owner: object, name: PropertyKey): string {
  const value: unknown = ownDescriptor(owner, name)?.value
  return typeof value === 'string' ? value : ''
}

function constructorName(value: object): string {
  let prototype = getPrototypeOf(value)
  if (prototype === objectPrototype) return 'Object'
  for (let steps = 0; prototype !== null && steps < 8; steps++) {
    const maker: unknown = ownDescriptor(prototype, 'constructor')?.value
    if (typeof maker === 'function') return ownText(maker, 'name')
    prototype = getPrototypeOf(prototype)
  }
  return ''
}

function errorText(error: object, depth: number, work: Work): string {
  const stack = framesOf(error)
  const message = ownText(error, 'message')
  const name = ownText(error, 'name') || constructorName(error) || 'Error'
  const head = message === '' ? name : name + ': ' + message
  const frames = stack !== '' ? '\n' + stringSlice(trimEnd(stack), 0, 2_048) : ''
  const cause = ownDescriptor(error, 'cause')
  const causeText =
    cause === undefined || depth > work.maxDepth
      ? ''
      : '\n  [cause]: ' + show(cause.value, depth + 1, work, true)
  return withFields(error, head + frames + causeText, depth, work)
}

function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && charCodeAt(text, end - 1) === 10) end--
  return stringSlice(text, 0, end)
}

function arrayText(value: readonly unknown[], depth: number, work: Work): string {
  let body = ''
  const count = value.length < maxItems ? value.length : maxItems
  for (let index = 0; index < count && work.left > 0; index++) {
    const item = ownDescriptor(value, index)
    body = joined(body, item === undefined ? '<empty>' : property(item, depth, work))
  }
  if (value.length > count) body = joined(body, '… ' + (value.length - count) + ' more items')
  return wrapped('[', body, ']', depth)
}

function mapText(value: object, depth: number, work: Work): string {
  let body = ''
  let seen = 0
  mapForEach(value, (item, key) => {
    if (seen++ >= maxItems || work.left <= 0) return
    body = joined(body, show(key, depth + 1, work, true) + ' => ' + show(item, depth + 1, work, true))
  })
  return wrapped('Map(' + StringOf(mapSize(value)) + ') {', body, '}', depth)
}

function setText(value: object, depth: number, work: Work): string {
  let body = ''
  let seen = 0
  setForEach(value, (item) => {
    if (seen++ >= maxItems || work.left <= 0) return
    body = joined(body, show(item, depth + 1, work, true))
  })
  return wrapped('Set(' + StringOf(setSize(value)) + ') {', body, '}', depth)
}

function plainText(value: object, depth: number, work: Work): string {
  const name = getPrototypeOf(value) === null ? '[Object: null prototype]' : constructorName(value)
  const prefix = name === '' || name === 'Object' ? '{' : name + ' {'
  return wrapped(prefix, fields(value, depth, work), '}', depth)
}

function withFields(value: object, text: string, depth: number, work: Work): string {
  if (depth > work.maxDepth) return text
  const body = fields(value, depth, work)
  return body === '' ? text : wrapped(text + ' {', body, '}', depth)
}

function fields(value: object, depth: number, work: Work): string {
  let body = ''
  let count = 0
  const names = ownKeys(value)
  for (let index = 0; index < names.length && work.left > 0; index++) {
    const name = names[index]
    if (name === undefined) continue
    const found = ownDescriptor(value, name)
    if (found === undefined || found.enumerable !== true) continue
    if (count++ >= maxItems) {
      body = joined(body, '…')
      break
    }
    const key =
      typeof name === 'symbol'
        ? '[' + symbolToString(name) + ']'
        : isIdentifier(name)
          ? name
          : quoteShort(name)
    work.left -= key.length
    body = joined(body, key + ': ' + property(found, depth, work))
  }
  return body
}

function property(found: PropertyDescriptor, depth: number, work: Work): string {
  if (found.get !== undefined) return found.set === undefined ? '[Getter]' : '[Getter/Setter]'
  if (found.set !== undefined) return '[Setter]'
  return show(found.value, depth + 1, work, true)
}

/** Parts are parted by a line break; `wrapped` puts them on one line when they are short. */
function joined(body: string, part: string): string {
  return body === '' ? part : body + ',\n' + part
}

function wrapped(open: string, body: string, close: string, depth: number): string {
  if (body === '') return open + close
  const oneLine = onOneLine(body)
  if (oneLine !== undefined && open.length + oneLine.length + depth * 2 <= lineLength)
    return open + ' ' + oneLine + ' ' + close
  return open + '\n  ' + indented(body) + '\n' + close
}

function onOneLine(body: string): string | undefined {
  if (body.length > lineLength) return undefined
  return replaceBreaks(body, ' ')
}

function indented(body: string): string {
  return replaceBreaks(body, '\n' + stringRepeat(' ', 2))
}

function replaceBreaks(text: string, by: string): string {
  let result = ''
  let from = 0
  for (let at = stringIndexOf(text, '\n', from); at !== -1; at = stringIndexOf(text, '\n', from)) {
    result += stringSlice(text, from, at) + by
    from = at + 1
  }
  return result + stringSlice(text, from)
}
