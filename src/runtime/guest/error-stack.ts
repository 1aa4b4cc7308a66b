// `error.stack` in the shape of V8, which libraries and log readers expect: name and message, then a frame a line. Only frames of
// the bundle are in it; the host puts the author's positions in their place (workflows/source-position.ts).
import {
  apply,
  define,
  defineAccessor,
  errorStack,
  GuestError,
  isError,
  ownDescriptor,
  reflectGet,
  stackSetter,
  stringIndexOf,
  stringSlice,
} from './primordials.ts'
import { preludeFileName } from './prelude-file-name.ts'

const longestStack = 8_192
const longestHeader = 2_048

/** The frames of the author's code and a builtin that threw, each with its line feed. */
export function guestFrames(stack: string): string {
  const text = stringSlice(stack, 0, longestStack)
  let kept = ''
  for (let from = 0; from < text.length;) {
    const end = stringIndexOf(text, '\n', from)
    const until = end === -1 ? text.length : end + 1
    const line = stringSlice(text, from, until)
    const isNative = stringIndexOf(line, '(native)') !== -1
    // A builtin that threw is where the stack begins; further out they say nothing.
    if (stringIndexOf(line, preludeFileName) === -1 && (!isNative || from === 0)) kept += line
    from = until
  }
  return kept
}

/** The frames that the engine noted when the error was made; '' for what is not an error. */
export function framesOf(error: object): string {
  if (!isError(error)) return ''
  const noted: unknown = errorStack(error)
  return typeof noted === 'string' ? guestFrames(noted) : ''
}

/** `TypeError: no\n    at plan (workflow.js:3:9)`, without a line feed at its end. */
export function stackText(error: object, frames: string): string {
  const name = readText(error, 'name') || 'Error'
  const message = readText(error, 'message')
  const text = stringSlice(message === '' ? name : name + ': ' + message, 0, longestHeader) + '\n' + frames
  return text[text.length - 1] === '\n' ? stringSlice(text, 0, text.length - 1) : text
}

/** Replaces the engine's accessor and captureStackTrace, which give only the frames. */
export function shapeStacks(): void {
  const prototype = reflectGet(GuestError, 'prototype')
  const capture: unknown = reflectGet(GuestError, 'captureStackTrace')
  const accessor = {
    get stack(): unknown {
      return isError(this) ? stackText(this, framesOf(this)) : undefined
    },
  }
  const get = ownDescriptor(accessor, 'stack')?.get
  if (get !== undefined) defineAccessor(prototype, 'stack', get, stackSetter)
  if (typeof capture !== 'function') return
  const shaped = {
    captureStackTrace(target: object, ...rest: unknown[]): void {
      apply(capture, GuestError, [target, ...rest])
      const frames: unknown = reflectGet(target, 'stack')
      define(target, 'stack', stackText(target, typeof frames === 'string' ? guestFrames(frames) : ''), false)
    },
  }
  define(GuestError, 'captureStackTrace', shaped.captureStackTrace, false)
}

function readText(owner: object, name: string): string {
  try {
    const value: unknown = reflectGet(owner, name)
    return typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}
