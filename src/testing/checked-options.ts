// What a test gives, checked before anything runs. A mistyped option would otherwise be left out, and the test would pass for the wrong
// reason: test runners strip types, so no compiler reports it.
import { z } from 'zod'
import { ConfigError, nearest } from '../errors/index.ts'
import { tokenKinds } from '../oauth/index.ts'
import { failureAnswers } from '../runtime/host-calls/index.ts'
import { defaultLimits } from '../runtime/index.ts'
import type { CallAnswer, RunWorkflowOptions, WorkflowCase, WorkflowFile } from './options.ts'

const strings = z.record(z.string(), z.string()).optional()
const claims = z.record(z.string(), z.unknown().refine(isJson, 'expected JSON')).optional()
const limit = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
  .optional()
const limitNames = Object.keys(defaultLimits).filter((name) => !['memoryBytes', 'bundleBytes'].includes(name))

const answerSchema = z.strictObject({
  status: z.int('expected a number from 200 to 599').min(200).max(599).optional(),
  headers: strings,
  body: z.unknown().optional(),
  error: z.enum(failureAnswers).optional(),
})

const fileSchema = z.union([z.string().min(1), z.custom<URL>(isUrl)])

const optionsSchema = z.strictObject({
  workflow: z
    .union([fileSchema, z.array(fileSchema).min(1)], 'expected a path or a URL, or a list of them')
    .optional(),
  event: z.looseObject({}).optional(),
  claims: z.strictObject(Object.fromEntries(tokenKinds.map((token) => [token, claims]))).optional(),
  environment: strings,
  secrets: strings,
  clock: z
    .union([z.string(), z.number(), z.looseObject({})], 'expected a Date, milliseconds or a text')
    .optional(),
  seed: z.union([z.string(), z.number()], 'expected a string or a number').optional(),
  answers: z.record(z.string(), answerSchema).optional(),
  localization: strings,
  limits: z.strictObject(Object.fromEntries(limitNames.map((name) => [name, limit]))).optional(),
  strictClaims: z.boolean().optional(),
  strictBindings: z.boolean().optional(),
})

/** Throws ConfigError `usage`, which names the option. */
export function checkOptions(options: RunWorkflowOptions): void {
  const { answers } = Object(options) as RunWorkflowOptions
  // What a function answers is checked once it has answered.
  const fixed =
    typeof answers === 'object' &&
    Object.fromEntries(Object.entries(answers ?? {}).filter(([, answer]) => typeof answer !== 'function'))
  const given: unknown = fixed === false ? options : { ...options, answers: fixed }
  const [issue] = optionsSchema.safeParse(given).error?.issues ?? []
  if (issue !== undefined) throw problem('The options of runWorkflow', issue, given)
}

/** Throws ConfigError `usage`; `name` is that of the answer in the options. */
export function checkedAnswer(name: string, answer: unknown): CallAnswer {
  const parsed = answerSchema.safeParse(answer)
  const [issue] = parsed.error?.issues ?? []
  if (issue !== undefined) throw problem(`What the function of answers["${name}"] returned`, issue, answer)
  return answer as CallAnswer
}

/** Files, or a case. Throws ConfigError `usage`. */
export function checkedSubject(subject: unknown): WorkflowFile | readonly WorkflowFile[] | WorkflowCase {
  if (Array.isArray(subject) && subject.length > 0) return subject.map(checkedFile)
  const isCase = typeof subject === 'object' && subject !== null && !Array.isArray(subject) && !isUrl(subject)
  return isCase ? (subject as WorkflowCase) : checkedFile(subject)
}

function checkedFile(file: unknown): WorkflowFile {
  const url = isUrl(file)
    ? file.href
    : typeof file === 'string' && /^[a-z]{2,}:\/\//.test(file)
      ? file
      : undefined
  if (url?.startsWith('file:') === true) return new URL(url)
  if (url === undefined && typeof file === 'string' && file !== '') return file
  const got = Array.isArray(file) && file.length === 0 ? 'an empty list' : (url ?? kindOf(file))
  throw new ConfigError('usage', `runWorkflow needs the file of a workflow or a case, got ${got}.`, {
    hint: "Give a path relative to the current folder, new URL('./tokensWorkflow.ts', import.meta.url), a list of them, or what is in a case.",
  })
}

/** Or left out. */
function isJson(value: unknown): boolean {
  return z.json().optional().safeParse(value).success
}

/** Not by `instanceof`: a test runner may give each test file a global object of its own. */
function isUrl(value: unknown): value is { readonly href: string } {
  return typeof Object(value).href === 'string'
}

function problem(what: string, issue: z.core.$ZodIssue, given: unknown): ConfigError {
  const at = pathText(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const known = knownNames(issue.path)
    const meant = nearest(key, known)
    const hint = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`
    return new ConfigError('usage', `${what}: ${pathText([...issue.path, key])} does not exist.`, { hint })
  }
  // Values may be secrets, so only their kind is shown.
  const value = issue.path.reduce<unknown>((found, step) => Object(found)[step], given)
  const expected = issue.code === 'invalid_type' ? `expected ${article(issue.expected)}` : issue.message
  return new ConfigError('usage', `${what}: ${at === '' ? '' : `${at}: `}${expected}, got ${kindOf(value)}.`)
}

function knownNames(path: readonly PropertyKey[]): readonly string[] {
  const [option] = path
  if (option === undefined) return Object.keys(optionsSchema.shape)
  if (option === 'claims') return tokenKinds
  return option === 'limits' ? limitNames : Object.keys(answerSchema.shape)
}

/** `answers["https://api.example.com/"].status` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      /^[A-Za-z_]\w*$/.test(String(step))
        ? `${index === 0 ? '' : '.'}${String(step)}`
        : `["${String(step)}"]`,
    )
    .join('')
}

function article(kind: string): string {
  const shown = kind === 'record' ? 'object' : kind === 'int' ? 'whole number' : kind
  return /^[aeiou]/.test(shown) ? `an ${shown}` : `a ${shown}`
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'number') return String(value)
  if (value === '') return 'an empty string'
  return article(Array.isArray(value) ? 'array' : typeof value)
}
