// What was thrown, as three bounded strings. Total: a thrown value may be a Proxy, its `message` a getter that throws,
// its `cause` itself; whatever happens here, a description comes out. Frames of the prelude are left out of the stack.
import { framesOf, guestFrames } from './error-stack.ts'
import { inspect } from './inspect.ts'
import {
  isArray,
  isError,
  min,
  ownDescriptor,
  quote,
  reflectGet,
  StringOf,
  stringSlice,
  stringToWellFormed,
} from './primordials.ts'

export interface ThrownDescription {
  readonly name: string
  readonly message: string
  readonly stack: string
}

const nameLength = 128
const messageLength = 1_024
const stackLength = 8_192
const chainLength = 5

export function describeThrown(thrown: unknown): ThrownDescription {
  if (typeof thrown === 'object' && thrown !== null && looksLikeError(thrown)) {
    return {
      name: bound(readText(thrown, 'name') || 'Error', nameLength),
      message: bound(readText(thrown, 'message') + chain(thrown), messageLength),
      stack: bound(stackOf(thrown), stackLength),
    }
  }
  return { name: 'Error', message: bound('Thrown: ' + inspectSafely(thrown), messageLength), stack: '' }
}

/** JSON of a description, and of the code of the failed call that was thrown, if it was one. */
export function thrownJson(thrown: unknown, callCode: string | undefined): string {
  const { name, message, stack } = describeThrown(thrown)
  const code = callCode === undefined ? '' : ',"callCode":' + quote(callCode)
  return '{"name":' + quote(name) + ',"message":' + quote(message) + ',"stack":' + quote(stack) + code + '}'
}

function looksLikeError(thrown: object): boolean {
  if (isError(thrown)) return true
  return readText(thrown, 'message') !== '' && readText(thrown, 'name') !== ''
}

function readText(owner: object, name: string): string {
  try {
    const value: unknown = reflectGet(owner, name)
    return typeof value === 'string' ? stringSlice(value, 0, stackLength) : ''
  } catch {
    return ''
  }
}

/** An error's own text wins when the author set one; else the frames that the engine noted. */
function stackOf(error: object): string {
  const own = ownText(error)
  return own === '' ? framesOf(error) : guestFrames(own)
}

function ownText(error: object): string {
  try {
    return ownDescriptor(error, 'stack') === undefined && isError(error) ? '' : readText(error, 'stack')
  } catch {
    return ''
  }
}

/** ` [cause]: …` for each cause and ` [errors]: …` for an AggregateError, a few links at most. */
function chain(error: object): string {
  let text = ''
  let link: unknown = error
  for (let depth = 0; depth < chainLength; depth++) {
    text += errorList(link)
    link = readObject(link, 'cause')
    if (link === undefined) break
    text += ' [cause]: ' + shortText(link)
  }
  return text
}

function errorList(error: unknown): string {
  const errors = readObject(error, 'errors')
  if (!isArray(errors)) return ''
  let text = ''
  try {
    const count = min(errors.length, chainLength)
    for (let index = 0; index < count; index++) text += (index === 0 ? '' : '; ') + shortText(errors[index])
  } catch {
    return text
  }
  return text === '' ? '' : ' [errors]: ' + text
}

function readObject(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined
  try {
    return reflectGet(owner, name)
  } catch {
    return undefined
  }
}

function shortText(value: unknown): string {
  if (typeof value === 'object' && value !== null && isError(value)) {
    return bound((readText(value, 'name') || 'Error') + ': ' + readText(value, 'message'), 200)
  }
  return bound(inspectSafely(value), 200)
}

function inspectSafely(value: unknown): string {
  try {
    return inspect(value, 2)
  } catch {
    return 'a value that cannot be shown (' + StringOf(typeof value) + ')'
  }
}

function bound(text: string, length: number): string {
  const short = text.length > length ? stringSlice(text, 0, length - 1) + '…' : text
  return stringToWellFormed(short)
}
