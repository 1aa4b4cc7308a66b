// What `mintage run` runs: a workflow file and an event file, or a recording of both. Reading the workflow needs the
// sandbox (its manifest is found by running its top level there), so that is a step of its own.
import { dirname } from 'node:path'
import { WorkflowError } from '../errors/index.ts'
import type { Environment, RunLimits, Sandbox } from '../runtime/index.ts'
import type { TokenTrigger } from '../tokens/index.ts'
import { isFired } from '../triggers/registry/index.ts'
import {
  findProject,
  neverFires,
  readWorkflow,
  type BundleOptions,
  type ReadWorkflow,
} from '../workflows/index.ts'
import { parseRunInput, type RunInput } from './event-file.ts'
import { readRecordingFile, restoreSecrets, type RecordingFile } from './recording-file.ts'
import { recordedEnvironment, type RunOptions } from './run-options.ts'
import { readJsonFile } from './text-file.ts'

export interface RunSubject {
  readonly environment: Environment
  readonly limits: RunLimits
  readonly options: Pick<RunOptions, 'strictBindings' | 'strictClaims' | 'secureFetchEncoding'>
  readonly buildOptions: BundleOptions
  /** The file that is replayed, if one is. */
  readonly recorded: RecordingFile | undefined
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
  const project = await findProject(dirname(file)).catch((error: unknown) => {
    // A workflow file outside of any project can be run all the same.
    if (error instanceof WorkflowError && error.code === 'project_not_found') return undefined
    throw error
  })
  return {
    ...options,
    options: shapingOptions(options),
    buildOptions: { bundleBytes: options.limits.bundleBytes, ...(project && { project }) },
    recorded: undefined,
    read: (sandbox, buildOptions) => readWorkflow(file, sandbox, buildOptions),
    input: (workflow) => parseRunInput(json, eventFile, tokenTriggerOf(workflow)),
  }
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
    recorded,
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
