// What `mintage run` runs: a workflow file with an event file or with a case, or a recording of both. Reading the workflow needs the
// sandbox (its manifest is found by running its top level there), so that is a step of its own.
import { dirname } from 'node:path'
import { caseCalls, clockOf, expectationDifference, parseCase } from '../cases/index.ts'
import { ConfigError, WorkflowError } from '../errors/index.ts'
import type { Environment, GivenToRun, Recording, RunLimits, Sandbox } from '../runtime/index.ts'
import type { RunDocument, TokenTrigger } from '../tokens/index.ts'
import { isFired } from '../triggers/registry/index.ts'
import {
  fileOfProject,
  findProject,
  neverFires,
  readWorkflow,
  type BundleOptions,
  type ReadWorkflow,
} from '../workflows/index.ts'
import { parseRunInput, type RunInput } from './event-file.ts'
import { readRecordingFile, restoreSecrets } from './recording-file.ts'
import { firstDifference } from './run-difference.ts'
import { recordedEnvironment, type RunOptions } from './run-options.ts'
import { readJsonFile } from './text-file.ts'

export interface RunSubject {
  readonly environment: Environment
  readonly limits: RunLimits
  readonly options: Pick<RunOptions, 'strictBindings' | 'strictClaims' | 'secureFetchEncoding'>
  readonly buildOptions: BundleOptions
  /** The run that is replayed, if one is. */
  readonly replay?: Recording
  /** Clock, seed and answers of a case. */
  readonly given?: GivenToRun
  /** How a run differs from what was recorded or is expected of it; not there when nothing is known of that. */
  readonly difference?: (document: RunDocument) => string | undefined
  read(sandbox: Sandbox, options: BundleOptions): Promise<ReadWorkflow>
  /** Throws ConfigError `event_invalid`, and WorkflowError `trigger_never_fires`. */
  input(workflow: ReadWorkflow): RunInput
}

/** The event is read before the workflow is built: a mistyped path should be reported before a build. */
export async function subjectOfFiles(
  file: string,
  eventFile: string,
  options: RunOptions,
): Promise<RunSubject> {
  const json = await readJsonFile(eventFile, 'event_invalid')
  return {
    ...(await workflowOf(file, options)),
    input: (workflow) => parseRunInput(json, eventFile, tokenTriggerOf(workflow)),
  }
}

/** The workflow is the case's when no file is given. Throws ConfigError `case_invalid`, `case_version_unknown`. */
export async function subjectOfCase(
  caseFile: string,
  file: string | undefined,
  options: RunOptions,
): Promise<RunSubject> {
  const given = parseCase(await readJsonFile(caseFile, 'case_invalid'), caseFile)
  const { event, before, localization, seed, answers, expected } = given
  const startedAtMs = clockOf(given)
  return {
    ...(await workflowOf(file ?? (await workflowFileOf(given.workflow.file, caseFile)), options)),
    environment: { ...given.environment, ...options.environment },
    given: {
      ...(startedAtMs !== undefined && { startedAtMs }),
      ...(seed !== undefined && { seed }),
      hostCalls: caseCalls(answers),
    },
    ...(expected && { difference: (document: RunDocument) => expectationDifference(expected, document) }),
    input: (workflow) =>
      parseRunInput({ event, ...before, localization }, caseFile, tokenTriggerOf(workflow)),
  }
}

async function workflowOf(file: string, options: RunOptions): Promise<Omit<RunSubject, 'input'>> {
  const project = await findProject(dirname(file)).catch((error: unknown) => {
    // A workflow file outside of any project can be run all the same.
    if (error instanceof WorkflowError && error.code === 'project_not_found') return undefined
    throw error
  })
  return {
    ...options,
    options: shapingOptions(options),
    buildOptions: { bundleBytes: options.limits.bundleBytes, ...(project && { project }) },
    read: (sandbox, buildOptions) => readWorkflow(file, sandbox, buildOptions),
  }
}

/** A case names the file as its project knows it: looked for here and in the project of the case. */
async function workflowFileOf(file: string | undefined, caseFile: string): Promise<string> {
  const found = file === undefined ? undefined : await fileOfProject(file, dirname(caseFile))
  if (found !== undefined) return found
  const what = file === undefined ? 'The case names no workflow file' : `There is no ${file} here`
  throw new ConfigError('file_unreadable', `${what}, so there is nothing to run the case with.`, {
    hint: `Name the workflow: mintage run FILE --case ${caseFile}.`,
  })
}

export async function subjectOfRecording(path: string, given: RunOptions): Promise<RunSubject> {
  const file = await readRecordingFile(path)
  const environment = recordedEnvironment(file.environment, given.environment)
  const recorded = restoreSecrets(file, environment)
  const { bundle, manifest, event, claims, localization, limits } = recorded
  const { name, ...rest } = manifest
  return {
    environment,
    limits,
    options: recorded.options,
    buildOptions: {},
    replay: recorded.recording,
    difference: (document) => firstDifference(recorded.result, document),
    read: () =>
      Promise.resolve({
        file: recorded.file,
        manifest: { ...rest, ...(name !== undefined && { name }) },
        bundle: { ...bundle, folder: '', warnings: [] },
      }),
    input: (workflow) => parseRunInput({ event, ...claims, localization }, path, tokenTriggerOf(workflow)),
  }
}

function shapingOptions({
  strictBindings,
  strictClaims,
  secureFetchEncoding,
}: RunOptions): RunSubject['options'] {
  return { strictBindings, strictClaims, secureFetchEncoding }
}

function tokenTriggerOf(workflow: ReadWorkflow): TokenTrigger {
  const { trigger } = workflow.manifest
  // A trigger that fires and mints no token does not compile here: `mintage run` needs to know what its workflow may change.
  if (isFired(trigger)) return trigger
  throw neverFires(workflow)
}
