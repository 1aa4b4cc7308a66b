// The texts of a request, decoded strictly: what is not Unicode is refused with its place. Repaired, it would be stored as another
// text than the caller sent.
import type { DeepParameter } from './operation-request.ts'
import { RequestError } from './request-error.ts'

/** Of `/users/{user_id}`, by the segments of the path below `/api/v1` as it was sent. Throws RequestError. */
export function pathParameters(template: string, path: string): Record<string, string> {
  const segments = path.split('/')
  return Object.fromEntries(
    template.split('/').flatMap((part, index) => {
      const [, name] = /^\{(.+)\}$/.exec(part) ?? []
      return name === undefined ? [] : [[name, decoded(segments[index] ?? '', name)]]
    }),
  )
}

/** The first of each name counts; of `name[key]` every one. Throws RequestError. */
export function queryParameters(search: string): Record<string, string | DeepParameter> {
  const parameters: Record<string, string> = Object.create(null)
  const deep: Record<string, Record<string, string[]>> = Object.create(null)
  for (const pair of search.replace(/^\?/, '').split('&')) {
    const [rawName = '', ...rest] = pair.split('=')
    const name = decoded(rawName.replaceAll('+', ' '), 'the query')
    const value = decoded(rest.join('=').replaceAll('+', ' '), name)
    const [, outer, key] = /^([^[\]]+)\[([^[\]]+)\](?:\[\d*\])?$/.exec(name) ?? []
    if (outer === undefined || key === undefined) parameters[name] ??= value
    else ((deep[outer] ??= Object.create(null))[key] ??= []).push(value)
  }
  return { ...deep, ...parameters }
}

/** The JSON of a body; undefined without a body. Throws RequestError. */
export function bodyJson(bytes: ArrayBuffer): unknown {
  const text = utf8(bytes)
  if (text.trim() === '') return undefined
  const value = parsed(text)
  // Only by an escape can a text of valid UTF-8 hold a NUL or half of a pair.
  if (/\\u|__proto__/.test(text)) refuseBadTexts(value)
  return value
}

function utf8(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', 'body: it is not valid UTF-8.', { cause })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', 'The body is not valid JSON.', { cause })
  }
}

interface Place {
  readonly name: string
  readonly within: Place | undefined
}

/** Values that Mintage keeps hold none of these. Without recursion: a body can be nested deeper than a stack. */
function refuseBadTexts(value: unknown): void {
  const left: { readonly value: unknown; readonly place: Place }[] = [
    { value, place: { name: 'body', within: undefined } },
  ]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { place } = next
    if (typeof next.value === 'string') refuseBadText(next.value, place)
    if (typeof next.value !== 'object' || next.value === null) continue
    for (const [name, inner] of Object.entries(next.value)) {
      if (name === '__proto__') throw refusal(place, 'cannot hold the field __proto__')
      refuseBadText(name, place)
      left.push({ value: inner, place: { name, within: place } })
    }
  }
}

/** Postgres has no text with NUL, and neither database keeps half of a surrogate pair. */
function refuseBadText(text: string, place: Place): void {
  if (text.includes('\0')) throw refusal(place, 'cannot hold the character NUL')
  if (!text.isWellFormed()) throw refusal(place, loneSurrogate)
}

const loneSurrogate = 'cannot hold half of a surrogate pair, which is not Unicode text'

function refusal(place: Place, problem: string): RequestError {
  const names: string[] = []
  for (let at: Place | undefined = place; at !== undefined; at = at.within) names.push(at.name)
  return new RequestError(
    'INVALID_REQUEST',
    `${names.toReversed().join('.').toWellFormed().slice(-200)}: ${problem}`,
  )
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', `${name}: it is not percent-encoded UTF-8.`, { cause })
  }
}
