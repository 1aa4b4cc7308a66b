// What the schema has against a value, in words for the author of the file: what is wrong, where, and the nearest thing that is
// right. No message repeats a value, because it may be a secret; the line is shown beside it.
import type { z } from 'zod'
import { nearest } from '../errors/index.ts'
import { isJsonObject } from '../oauth/index.ts'
import { mintageJsonSchema } from './mintage-json-schema.ts'
import { pathText, valueAt } from './paths.ts'

export interface ValueProblem {
  readonly path: readonly PropertyKey[]
  /** Whether the key is wrong rather than the value behind it. */
  readonly isKey?: boolean
  readonly message: string
  readonly hint?: string
}

export function schemaProblems(error: z.ZodError, value: unknown): ValueProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, value))
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): ValueProblem[] {
  const { path } = issue
  const at = pathText(path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key))
  if (issue.code === 'invalid_key') {
    const [reason] = issue.issues
    return [{ path, isKey: true, message: `${at}: ${reason?.message ?? 'this key cannot be used'}.` }]
  }
  const given = valueAt(value, path)
  if (given === undefined) return [{ path, message: `${at} is missing.` }]
  if (issue.code === 'invalid_value') return [wrongChoice(path, issue.values.map(String), given)]
  if (issue.code === 'invalid_type') {
    const expected = `${at}: expected ${typeWords[issue.expected] ?? issue.expected}`
    const isFraction = issue.expected === 'int' && typeof given === 'number'
    const message = isFraction ? `${expected}.` : `${expected}, got ${kindOf(given)}.`
    return [{ path, message, ...quoteHint(issue.expected, given) }]
  }
  return [{ path, message: `${at === '' ? '' : `${at}: `}${boundWords(issue) ?? issue.message}.` }]
}

/** Undefined for another problem, and for a bound that has words of its own. */
function boundWords(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined
  if (!/^Too (small|big)/.test(issue.message)) return undefined
  const [than, bound] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum]
  return `expected ${than} ${bound}${units[issue.origin] ?? ''}`
}

const units: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' entries',
  record: ' entries',
}

function unknownKey(path: readonly PropertyKey[], key: string): ValueProblem {
  const known = knownKeys(path)
  const meant = nearest(key, known)
  const list = `known are ${known.join(', ')}`
  const where = path.length === 0 ? 'mintage.yaml' : pathText(path)
  const hint = meant === undefined ? `Remove it; ${list}.` : `Did you mean ${meant}?`
  return { path: [...path, key], isKey: true, message: `${where} has no key “${key}”.`, hint }
}

/** A longer list of choices is a hint of its own. */
const mostNamed = 12

function wrongChoice(path: readonly PropertyKey[], allowed: readonly string[], given: unknown): ValueProblem {
  const meant = typeof given === 'string' ? nearest(given, allowed) : undefined
  const isLong = allowed.length > mostNamed
  const message = `${pathText(path)}: ${isLong ? 'unknown value' : `expected ${allowed.join(' or ')}`}.`
  if (meant !== undefined) return { path, message, hint: `Did you mean ${meant}?` }
  return { path, message, ...(isLong && { hint: `Known are ${allowed.join(', ')}.` }) }
}

/** YAML makes texts of what looks like a number to a person, and numbers of what looks like a text. */
function quoteHint(expected: string, given: unknown): { hint?: string } {
  if (expected === 'string' && typeof given !== 'object') return { hint: 'Put it in quotes.' }
  const isQuoted = typeof given === 'string' && /^(true|false|-?\d+)$/.test(given)
  return isQuoted && expected !== 'string' ? { hint: 'Remove the quotes.' } : {}
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeWords[typeof value] ?? 'something else'
}

/** Followed in the JSON schema, which is plain data. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  const found = path.reduce<unknown>((schema, step) => {
    if (!isJsonObject(schema)) return undefined
    if (typeof step === 'number') return schema['items']
    const named = isJsonObject(schema['properties']) ? schema['properties'][String(step)] : undefined
    return named ?? schema['additionalProperties']
  }, mintageJsonSchema())
  const properties = isJsonObject(found) ? found['properties'] : undefined
  if (isJsonObject(properties)) return Object.keys(properties)
  const names = isJsonObject(found) ? found['propertyNames'] : undefined
  return isJsonObject(names) && Array.isArray(names['enum']) ? names['enum'].map(String) : []
}
