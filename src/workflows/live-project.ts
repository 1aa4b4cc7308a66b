// The live deployments of a project: at most one for each trigger, all from one build. A build replaces all of them or,
// when anything in it is wrong, none: the last good ones stay live and the failures are kept for the caller to show.
// One build at a time; a reload that is asked for during a build gives one more build after it.
import { WorkflowError } from '../errors/index.ts'
import type { Sandbox } from '../runtime/index.ts'
import {
  deploymentId,
  workflowsOfTrigger,
  type DeploymentOptions,
  type RunSettings,
  type ServingDeployment,
  type WorkflowDeployment,
} from './deployment.ts'
import { buildProject, type ProjectBuild } from './project-build.ts'
import { findProject } from './project.ts'
import { checkTypes, typeFailures } from './type-check.ts'
import type { TriggerKey } from '../triggers/registry/index.ts'

export interface ProjectStatus {
  /** Real path of the folder that holds kinde.json. */
  readonly dir: string
  /** `dep_…`; undefined when nothing is live. */
  readonly id: string | undefined
  /** What is live; empty when the project has no workflow, or none of its builds has succeeded. */
  readonly deployments: readonly WorkflowDeployment[]
  /** Says where workflows were looked for, when the project has none. Its tokens then hold the default claims. */
  readonly noWorkflows: WorkflowError | undefined
  /** Workflows of the project that are not live and never will be, each with the reason. */
  readonly neverRun: readonly WorkflowError[]
  /** Complaints of the last build; empty when what is live is what the files say. */
  readonly failures: readonly WorkflowError[]
  /** When the last build ended, in milliseconds since the epoch. */
  readonly builtAtMs: number
}

export interface LiveProjectOptions extends Omit<DeploymentOptions, 'project'> {
  /** What its deployments are hashed with. */
  readonly settings?: RunSettings
  /** A build with type errors is a failure, and so is one whose types cannot be checked. */
  readonly strictTypes?: boolean
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

export interface LiveProject {
  /** What is live for the trigger: to be invoked soon, for it is let go two builds later. */
  serving(trigger: TriggerKey): ServingDeployment | undefined
  status(): ProjectStatus
  /** Builds the project as it is; resolves to the status after that. Rejects only with SandboxError. */
  reload(): Promise<ProjectStatus>
}

/** Resolves when the project has been built once, with whatever came of it. Throws WorkflowError for a folder without project. */
export async function openLiveProject(
  startDir: string,
  sandbox: Sandbox,
  options: LiveProjectOptions,
): Promise<LiveProject> {
  const { dir } = await findProject(startDir)
  const live = new OpenLiveProject(dir, sandbox, options)
  await live.reload()
  return live
}

/** Of a folder that was not built. */
export function statusBeforeBuild(dir: string): ProjectStatus {
  return {
    dir,
    id: undefined,
    deployments: [],
    noWorkflows: undefined,
    neverRun: [],
    failures: [],
    builtAtMs: 0,
  }
}

class OpenLiveProject implements LiveProject {
  readonly #dir: string
  readonly #sandbox: Sandbox
  readonly #options: LiveProjectOptions
  readonly #now: () => number
  #status: ProjectStatus
  /** Replaced by the last build. Kept until the next, for requests that asked what is live just before. */
  #replaced: readonly WorkflowDeployment[] = []
  #building: Promise<ProjectStatus> | undefined
  #next: Promise<ProjectStatus> | undefined

  constructor(dir: string, sandbox: Sandbox, { now = Date.now, ...options }: LiveProjectOptions) {
    this.#dir = dir
    this.#sandbox = sandbox
    this.#options = options
    this.#now = now
    this.#status = statusBeforeBuild(dir)
  }

  serving(trigger: TriggerKey): ServingDeployment | undefined {
    const { deployments, id } = this.#status
    const workflows = workflowsOfTrigger(deployments, trigger)
    return workflows && id !== undefined ? { id, workflows } : undefined
  }

  status(): ProjectStatus {
    return this.#status
  }

  reload(): Promise<ProjectStatus> {
    if (this.#building === undefined) return this.#start()
    // The running build may have read the files before they changed.
    this.#next ??= this.#building.then(
      () => this.#start(),
      () => this.#start(),
    )
    return this.#next
  }

  #start(): Promise<ProjectStatus> {
    this.#next = undefined
    this.#building = this.#build().finally(() => (this.#building = undefined))
    return this.#building
  }

  async #build(): Promise<ProjectStatus> {
    const { deployments, failures, noWorkflows, neverRun } = await this.#buildFiles()
    if (failures.length === 0) {
      for (const { prepared } of this.#replaced) this.#sandbox.release(prepared)
      this.#replaced = this.#status.deployments
      const id = deployments.length === 0 ? undefined : deploymentId(deployments, this.#options.settings)
      this.#status = { ...this.#status, id, deployments, noWorkflows, neverRun }
    }
    this.#status = { ...this.#status, failures, builtAtMs: this.#now() }
    return this.#status
  }

  async #buildFiles(): Promise<ProjectBuild & Pick<ProjectStatus, 'noWorkflows'>> {
    try {
      const build = await buildProject(await findProject(this.#dir), this.#sandbox, this.#options)
      return { ...(await this.#withRightTypes(build)), noWorkflows: undefined }
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error
      // With a cause, the folder could not be read, and what is in it is not known.
      return error.code === 'workflows_not_found' && error.cause === undefined
        ? { deployments: [], neverRun: [], failures: [], noWorkflows: error }
        : { deployments: [], neverRun: [], failures: [error], noWorkflows: undefined }
    }
  }

  async #withRightTypes(build: ProjectBuild): Promise<ProjectBuild> {
    const { deployments } = build
    if (this.#options.strictTypes !== true || deployments.length === 0) return build
    const failures = typeFailures(await checkTypes(this.#dir, deployments))
    if (failures.length === 0) return build
    for (const { prepared } of deployments) this.#sandbox.release(prepared)
    return { deployments: [], neverRun: [], failures }
  }
}
