// What one run of a test gets, from its options and from a case when one is run. Where neither says anything a value is fixed: the same
// test gives the same result on every machine and every day.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { limitsOf as limitsOfCase, momentOf, parseCase, type Case } from '../cases/index.ts'
import { ConfigError } from '../errors/index.ts'
import { isJsonObject, tokenKinds, type JsonObject, type JsonValue, type TokenKind } from '../oauth/index.ts'
import { defaultLimits, type Environment, type GivenToRun, type RunLimits } from '../runtime/index.ts'
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
import type { DefaultClaims, RunWorkflowOptions, WorkflowCase, WorkflowFile } from './options.ts'

type Files = readonly [string, ...string[]]

export interface Subject {
  /** Absolute paths of the workflows. */
  readonly files: Files
  readonly given: Case | undefined
}

/** Throws ConfigError `case_invalid`, `case_version_unknown`, `file_unreadable`. */
export async function subjectOf(
  subject: WorkflowFile | readonly WorkflowFile[] | WorkflowCase,
  { workflow }: RunWorkflowOptions,
): Promise<Subject> {
  if (isList(subject)) return { files: filesOf(subject), given: undefined }
  const path = isCase(subject) ? undefined : pathOf(subject)
  if (path !== undefined && !path.endsWith('.json')) return { files: [path], given: undefined }
  const named = path ?? 'the case of the test'
  const given = parseCase(path === undefined ? subject : await readCase(path), named)
  if (workflow !== undefined) return { files: filesOf(isList(workflow) ? workflow : [workflow]), given }
  const folder = path === undefined ? '.' : dirname(path)
  return { files: filesOf(await Promise.all(given.workflows.map((one) => fileOfCase(one, folder)))), given }
}

async function fileOfCase({ id, file }: Case['workflows'][number], folder: string): Promise<string> {
  const found = file === undefined ? undefined : await fileOfProject(file, folder)
  if (found !== undefined) return found
  throw new ConfigError(
    'file_unreadable',
    `The workflow ${id} of the case is not here: ${file ?? 'it names no file'}.`,
    {
      hint: 'Name it in the options of runWorkflow: { workflow: "kindeSrc/environment/workflows/tokensWorkflow.ts" }.',
    },
  )
}

function isCase(subject: WorkflowFile | WorkflowCase): subject is WorkflowCase {
  return typeof subject === 'object' && !('href' in subject)
}

function isList<Other>(value: readonly WorkflowFile[] | Other): value is readonly WorkflowFile[] {
  return Array.isArray(value)
}

function filesOf(files: readonly WorkflowFile[]): Files {
  const [first, ...others] = files.map(pathOf)
  if (first === undefined) throw new Error('a run without a workflow')
  return [first, ...others]
}

/** Not by `instanceof`: a test runner may give each test file a URL class of its own. */
function pathOf(file: WorkflowFile): string {
  return resolve(typeof file === 'string' ? file : fileURLToPath(file.href))
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
export function momentsOf(
  { clock, seed }: RunWorkflowOptions,
  given: Case | undefined,
): (workflowId: string) => Omit<GivenToRun, 'hostCalls'> {
  const ownClock = clock === undefined ? undefined : Math.trunc(new Date(clock).getTime())
  if (ownClock !== undefined && !(ownClock >= 0))
    throw new ConfigError('usage', `The clock ${JSON.stringify(clock)} is not a time since 1970.`, {
      hint: 'Give a Date, milliseconds, or a text such as "2026-01-01T00:00:00Z".',
    })
  const ownSeed = seed === undefined ? undefined : seedOf(seed)
  return (workflowId) => {
    const recorded = given && momentOf(given, workflowId)
    return {
      startedAtMs: ownClock ?? recorded?.startedAtMs ?? usualClock,
      isClockFixed: true,
      seed: ownSeed ?? recorded?.seed ?? seedOf(0),
    }
  }
}

function seedOf(seed: number | string): string {
  return createHash('sha256').update(`mintage/testing ${seed}`).digest('hex')
}

export function limitsOf(
  { limits }: RunWorkflowOptions,
  given: Case | undefined,
  { workflows }: { readonly workflows: number },
): RunLimits {
  const usual = given ? limitsOfCase(given) : defaultLimits
  const own = limits === undefined ? usual : { ...usual, ...limits }
  return measuresCoverage ? { ...own, logBytes: own.logBytes + workflows * lineMarksLogBytes } : own
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
