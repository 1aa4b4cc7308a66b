// What one run of a test gets, from its options and from a case when one is run. Where neither says anything a value is fixed: the same
// test gives the same result on every machine and every day.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clockOf, parseCase } from '../cases/index.ts'
import { ConfigError } from '../errors/index.ts'
import { isJsonObject, tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { defaultLimits, type Environment, type RunLimits } from '../runtime/index.ts'
import {
  isTokenTrigger,
  parseTokenEvent,
  sampleClaims,
  tokensOfTrigger,
  type ClaimsByToken,
  type TokenEvent,
} from '../tokens/index.ts'
import { measuresCoverage } from './coverage.ts'
import { fileOfProject, lineMarksLogBytes, neverFires, type ReadWorkflow } from '../workflows/index.ts'
import { m2mEvent, signInEvent } from './events.ts'
import type { DefaultClaims, RunWorkflowOptions, WorkflowCase } from './options.ts'

type Case = ReturnType<typeof parseCase>

export interface Subject {
  /** Absolute path of the workflow. */
  readonly file: string
  readonly given: Case | undefined
}

/** Throws ConfigError `case_invalid`, `case_version_unknown`, `file_unreadable`. */
export async function subjectOf(
  subject: string | URL | WorkflowCase,
  { workflow }: RunWorkflowOptions,
): Promise<Subject> {
  const path = typeof subject === 'string' || subject instanceof URL ? pathOf(subject) : undefined
  if (path !== undefined && !path.endsWith('.json')) return { file: path, given: undefined }
  const named = path ?? 'the case of the test'
  const given = parseCase(path === undefined ? subject : await readCase(path), named)
  if (workflow !== undefined) return { file: pathOf(workflow), given }
  const file = given.workflow.file
  const found = file && (await fileOfProject(file, path === undefined ? '.' : dirname(path)))
  if (found) return { file: resolve(found), given }
  throw new ConfigError(
    'file_unreadable',
    `The workflow of the case is not here: ${file ?? 'it names no file'}.`,
    {
      hint: 'Name it in the options of runWorkflow: { workflow: "kindeSrc/environment/workflows/tokensWorkflow.ts" }.',
    },
  )
}

function pathOf(file: string | URL): string {
  return resolve(file instanceof URL ? fileURLToPath(file) : file)
}

async function readCase(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError('file_unreadable', `The case ${path} cannot be read.`, {
      at: { file: path },
      cause,
    })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigError('case_invalid', `${path} is not JSON.`, { at: { file: path }, cause })
  }
}

/** Throws ConfigError `usage` for a name that is given twice. */
export function environmentOf(
  { environment = {}, secrets = {} }: RunWorkflowOptions,
  given: Case | undefined,
): Environment {
  const twice = Object.keys(secrets).find((name) => Object.hasOwn(environment, name))
  if (twice !== undefined)
    throw new ConfigError('usage', `The environment variable ${twice} is given twice.`, {
      hint: 'Give it in environment or in secrets.',
    })
  const variables = (values: Readonly<Record<string, string>>, isSecret: boolean) =>
    Object.entries(values).map(([name, value]) => [name, { value, isSecret }] as const)
  const own = Object.fromEntries([...variables(environment, false), ...variables(secrets, true)])
  return { ...given?.environment, ...own }
}

/** As the default claims of the sample user have it (src/tokens/sample-user.ts). */
const usualClock = Date.UTC(2026, 0, 1)

/** Throws ConfigError `usage` for a clock that is not a time. */
export function startOf({ clock, seed }: RunWorkflowOptions, given: Case | undefined) {
  const startedAtMs =
    clock === undefined ? ((given && clockOf(given)) ?? usualClock) : Math.trunc(new Date(clock).getTime())
  if (!(startedAtMs >= 0))
    throw new ConfigError('usage', `The clock ${JSON.stringify(clock)} is not a time since 1970.`, {
      hint: 'Give a Date, milliseconds, or a text such as "2026-01-01T00:00:00Z".',
    })
  const recorded = seed === undefined ? given?.seed : undefined
  return { startedAtMs, isClockFixed: true, seed: recorded ?? seedOf(seed ?? 0) }
}

function seedOf(seed: number | string): string {
  return createHash('sha256').update(`mintage/testing ${seed}`).digest('hex')
}

export function limitsOf({ limits }: RunWorkflowOptions): RunLimits {
  const own = limits === undefined ? defaultLimits : { ...defaultLimits, ...limits }
  return measuresCoverage ? { ...own, logBytes: own.logBytes + lineMarksLogBytes } : own
}

/** The event and the default claims. Throws ConfigError `event_invalid`, WorkflowError `trigger_never_fires`. */
export function inputOf(
  workflow: ReadWorkflow,
  { event: own, claims = {} }: RunWorkflowOptions,
  given: Case | undefined,
): { readonly event: TokenEvent; readonly before: ClaimsByToken } {
  const { trigger } = workflow.manifest
  if (!isTokenTrigger(trigger)) throw neverFires(workflow)
  const usual = () => (trigger === 'm2m:token_generation' ? m2mEvent() : signInEvent())
  const json = own ?? given?.event ?? usual()
  const event = parseTokenEvent(dataOf(json), trigger, 'the event of the test')
  const minted: readonly TokenKind[] = tokensOfTrigger[trigger]
  const foreign = tokenKinds.find((token) => claims[token] !== undefined && !minted.includes(token))
  if (foreign !== undefined)
    throw new ConfigError('event_invalid', `claims.${foreign}: ${trigger} does not mint it.`, {
      hint: `Give the default claims of ${minted.join(' and ')}.`,
    })
  const defaults: ClaimsByToken = { ...sampleClaims(event), ...given?.before }
  const before = minted.map((token) => [token, withClaims(defaults[token] ?? {}, claims[token])])
  return { event, before: Object.fromEntries(before) }
}

function withClaims(defaults: JsonObject, own: DefaultClaims[TokenKind]): JsonObject {
  const all = Object.entries({ ...defaults, ...own })
  return Object.fromEntries(all.filter((claim): claim is [string, JsonValue] => claim[1] !== undefined))
}

/** What the workflow gets is data: a copy, so that a test may use its event again. */
function dataOf(event: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(event))
  return isJsonObject(copy) ? copy : {}
}
