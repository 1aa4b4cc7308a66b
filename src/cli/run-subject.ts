// What `mintage run` runs: workflow files with an event file or with a case, or a recording of both. Reading a workflow needs the
// sandbox (its manifest is found by running its top level there), so that is a step of its own.
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import {
  breakerOf,
  caseCalls,
  expectationDifference,
  limitsOf,
  momentOf,
  parseCase,
  type Case,
} from '../cases/index.ts'
import { ConfigError, WorkflowError } from '../errors/index.ts'
import {
  changedLimits,
  type Environment,
  type Recording,
  type RunLimits,
  type Sandbox,
} from '../runtime/index.ts'
import type { CheckedTokenRequest, RequestRules, RunDocument, TokenTrigger } from '../tokens/index.ts'
import { isFired } from '../triggers/registry/index.ts'
import {
  fileOfProject,
  findProject,
  neverFires,
  discoverWorkflowFiles,
  readWorkflows,
  type BundleOptions,
  type ReadWorkflow,
} from '../workflows/index.ts'
import { parseRunInput, type RunInput } from './event-file.ts'
import { readRecordingFile, restoreSecrets, type RecordedWorkflow } from './recording-file.ts'
import { firstDifference } from './run-difference.ts'
import { recordedEnvironment, type RunOptions } from './run-options.ts'
import { readJsonFile } from './text-file.ts'

export interface RunSubject {
  readonly environment: Environment
  readonly limits: RunLimits
  readonly options: Pick<RunOptions, 'strictBindings' | 'strictClaims' | 'secureFetchEncoding'>
  readonly buildOptions: BundleOptions
  /** The runs that are replayed, if any are: one for each workflow. */
  readonly replay?: readonly Recording[]
  /** Of the deployment that a recording was made with: workflows of it may be missing here. */
  readonly deploymentId?: string
  /** Of a case: clocks, randomness and answers, workflows that rest, and what the tokens are judged by. */
  readonly given?: Pick<CheckedTokenRequest, 'breaker' | 'given'> & RequestRules
  /** How a run differs from what was recorded or is expected of it; not there when nothing is known of that. */
  readonly difference?: (document: RunDocument) => string | undefined
  /** Throws WorkflowError for the first thing that is wrong with a file, or between two of them. */
  read(sandbox: Sandbox, options: BundleOptions): Promise<NonEmpty<ReadWorkflow>>
  /** Throws ConfigError `event_invalid`, and WorkflowError `trigger_never_fires`. */
  input(workflows: NonEmpty<ReadWorkflow>): RunInput
}

type NonEmpty<Item> = readonly [Item, ...Item[]]

/** The event is read before the workflow is built: a mistyped path should be reported before a build. */
export async function subjectOfFiles(
  paths: NonEmpty<string>,
  eventFile: string,
  options: RunOptions,
): Promise<RunSubject> {
  const json = await readJsonFile(eventFile, 'event_invalid')
  return {
    ...(await workflowsOf(paths, options)),
    input: (workflows) => parseRunInput(json, eventFile, tokenTriggerOf(workflows, json)),
  }
}

/** The workflows are the case's when no file is given. Throws ConfigError `case_invalid`, `case_version_unknown`. */
export async function subjectOfCase(
  caseFile: string,
  paths: readonly string[],
  options: RunOptions,
): Promise<RunSubject> {
  const given = parseCase(await readJsonFile(caseFile, 'case_invalid'), caseFile)
  const { event, before, localization, strictClaims, claimsRules, tokenBudget, lastGood, expected } = given
  const hostCalls = caseCalls(given.answers)
  const [first, ...others] = paths.length > 0 ? paths : await workflowFilesOf(given, caseFile)
  if (first === undefined) throw new Error('a case without a workflow')
  const subject = await workflowsOf([first, ...others], options)
  return {
    ...subject,
    environment: { ...given.environment, ...options.environment },
    limits: { ...limitsOf(given), ...changedLimits(options.limits) },
    given: {
      given: (workflowId) => ({ ...momentOf(given, workflowId), hostCalls }),
      breaker: breakerOf(given),
      strictClaims: options.strictClaims || strictClaims === true,
      claimsRules,
      tokenBudget,
      lastGood,
    },
    ...(expected && { difference: (document: RunDocument) => expectationDifference(expected, document) }),
    input: (workflows) =>
      parseRunInput({ event, ...before, localization }, caseFile, tokenTriggerOf(workflows, event)),
  }
}

async function workflowsOf(paths: NonEmpty<string>, options: RunOptions): Promise<Omit<RunSubject, 'input'>> {
  const [first] = paths
  const isFolder = paths.length === 1 && (await isDirectory(first))
  const project = await findProject(isFolder ? first : dirname(first)).catch((error: unknown) => {
    // A workflow file outside of any project can be run all the same.
    if (!isFolder && error instanceof WorkflowError && error.code === 'project_not_found') return undefined
    throw error
  })
  return {
    ...options,
    options: shapingOptions(options),
    buildOptions: { bundleBytes: options.limits.bundleBytes, ...(project && { project }) },
    async read(sandbox, buildOptions) {
      const files = isFolder && project ? await discoverWorkflowFiles(project) : paths
      const { workflows, failures } = await readWorkflows(files, sandbox, buildOptions)
      const [failure] = failures
      const [workflow, ...others] = workflows
      if (failure || !workflow) throw failure ?? new Error('no workflow was read')
      return [workflow, ...others]
    },
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** A case names its files as their project knows them: looked for here and in the project of the case. */
async function workflowFilesOf({ workflows }: Case, caseFile: string): Promise<string[]> {
  return Promise.all(
    workflows.map(async ({ id, file }) => {
      const found = file === undefined ? undefined : await fileOfProject(file, dirname(caseFile))
      if (found !== undefined) return found
      const what =
        file === undefined ? `The case names no file of the workflow ${id}` : `There is no ${file} here`
      throw new ConfigError('file_unreadable', `${what}, so there is nothing to run the case with.`, {
        hint: `Name the ${workflows.length === 1 ? 'workflow: mintage run FILE' : 'workflows: mintage run FILE…'} --case ${caseFile}.`,
      })
    }),
  )
}

export async function subjectOfRecording(path: string, given: RunOptions): Promise<RunSubject> {
  const file = await readRecordingFile(path)
  const environment = recordedEnvironment(file.environment, given.environment)
  const recorded = restoreSecrets(file, environment)
  const { event, claims, localization, limits } = recorded
  return {
    environment,
    limits,
    options: recorded.options,
    buildOptions: {},
    replay: [recorded, ...(recorded.next ?? [])].map(({ recording }) => recording),
    deploymentId: recorded.result.deployment,
    difference: (document) => firstDifference(recorded.result, document),
    read: () => Promise.resolve([recordedWorkflow(recorded), ...(recorded.next ?? []).map(recordedWorkflow)]),
    input: (workflows) =>
      parseRunInput({ event, ...claims, localization }, path, tokenTriggerOf(workflows, event)),
  }
}

function recordedWorkflow({ file, manifest, bundle }: RecordedWorkflow): ReadWorkflow {
  const { name, order, ...rest } = manifest
  return {
    file,
    manifest: { ...rest, ...(name !== undefined && { name }), ...(order !== undefined && { order }) },
    bundle: { ...bundle, folder: '', warnings: [] },
  }
}

function shapingOptions({
  strictBindings,
  strictClaims,
  secureFetchEncoding,
}: RunOptions): RunSubject['options'] {
  return { strictBindings, strictClaims, secureFetchEncoding }
}

/** The trigger of the workflows; the event says which one when they have several. */
function tokenTriggerOf(workflows: NonEmpty<ReadWorkflow>, json: unknown): TokenTrigger {
  const [first] = workflows
  const asked = eventTriggerSchema.safeParse(json).data
  const named = workflows.find(({ manifest }) => manifest.trigger === asked) ?? first
  const { trigger } = named.manifest
  // A trigger that fires and mints no token does not compile here: `mintage run` needs to know what its workflow may change.
  if (isFired(trigger)) return trigger
  throw neverFires(named)
}

const triggerOfEvent = z
  .looseObject({ context: z.looseObject({ workflow: z.looseObject({ trigger: z.string() }) }) })
  .transform(({ context }) => context.workflow.trigger)
const eventTriggerSchema = z.union([
  z.looseObject({ event: triggerOfEvent }).transform(({ event }) => event),
  triggerOfEvent,
])
