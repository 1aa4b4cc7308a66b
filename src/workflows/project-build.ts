// All workflows of a project, under the rules that hold between them (C§6.10): one workflow for each trigger, unless each of several
// gives its order, and no id twice. Failures are values, so that one bad file does not hide what is wrong with the next; the caller
// that activates a build activates all of it or nothing.
import { WorkflowError } from '../errors/index.ts'
import type { Sandbox } from '../runtime/index.ts'
import type { Bundle, BundleOptions } from './bundle.ts'
import {
  prepareDeployment,
  readBundle,
  readWorkflow,
  type DeploymentOptions,
  type ReadWorkflow,
  type WorkflowDeployment,
} from './deployment.ts'
import { ignoredFiles } from './ignored-files.ts'
import { neverFires } from './never-fires.ts'
import type { Project } from './project.ts'
import { settingLine } from './source-line.ts'
import { sourceText } from './source-position.ts'
import { isFired } from '../triggers/registry/index.ts'
import { discoverWorkflowFiles } from './workflow-files.ts'

export interface ProjectBuild {
  /** In the order of their files; empty when anything failed, so that half a project is never taken for all of it. */
  readonly deployments: readonly WorkflowDeployment[]
  /** Why files of the project that are workflows, or look like it, will not run; they have no deployment. */
  readonly neverRun: readonly WorkflowError[]
  readonly failures: readonly WorkflowError[]
}

/** Rejects with WorkflowError `workflows_not_found` and with SandboxError; everything else is among `failures`. */
export async function buildProject(
  project: Project,
  sandbox: Sandbox,
  options: Omit<DeploymentOptions, 'project'>,
): Promise<ProjectBuild> {
  const inProject = { ...options, project }
  const { workflows, failures } = await readWorkflows(
    await discoverWorkflowFiles(project),
    sandbox,
    inProject,
  )
  if (failures.length > 0) return { deployments: [], neverRun: [], failures }
  const built = await prepareWorkflows(workflows, sandbox, inProject)
  if (built.failures.length > 0) return built
  const imported = new Set(workflows.flatMap(({ bundle }) => bundle.inputs))
  return { ...built, neverRun: [...built.neverRun, ...(await ignoredFiles(project, imported))] }
}

/** All workflows of a project that were bundled elsewhere. Rejects with SandboxError; everything else is among `failures`. */
export async function deployBundles(
  bundles: readonly Bundle[],
  sandbox: Sandbox,
  options: Omit<DeploymentOptions, 'project'>,
): Promise<ProjectBuild> {
  const read = await collect(bundles, (bundle) => readBundle(bundle, sandbox))
  const failures = [...read.failures, ...workflowClashes(read.results)]
  if (failures.length > 0) return { deployments: [], neverRun: [], failures }
  return prepareWorkflows(read.results, sandbox, options)
}

async function prepareWorkflows(
  workflows: readonly ReadWorkflow[],
  sandbox: Sandbox,
  options: DeploymentOptions,
): Promise<ProjectBuild> {
  const fired = workflows.filter(({ manifest }) => isFired(manifest.trigger))
  const neverRun = workflows.filter((workflow) => !fired.includes(workflow)).map(neverFires)
  const built = await collect(fired, (workflow) => prepareDeployment(workflow, sandbox, options))
  if (built.failures.length === 0) return { deployments: built.results, neverRun, failures: [] }
  for (const { prepared } of built.results) sandbox.release(prepared)
  return { deployments: [], neverRun: [], failures: built.failures }
}

/** Rejects with SandboxError; what is wrong with a file, or between two of them, is among `failures`. */
export async function readWorkflows(
  files: readonly string[],
  sandbox: Sandbox,
  options: BundleOptions,
): Promise<{ readonly workflows: readonly ReadWorkflow[]; readonly failures: readonly WorkflowError[] }> {
  const { results, failures } = await collect(files, (file) => readWorkflow(file, sandbox, options))
  return { workflows: results, failures: [...failures, ...workflowClashes(results)] }
}

/** The clashes of each workflow with the first one that has the same trigger or the same id. */
export function workflowClashes(workflows: readonly ReadWorkflow[]): readonly WorkflowError[] {
  return workflows.flatMap((workflow, index) => {
    const earlier = workflows.slice(0, index)
    const sameTrigger = earlier.find((other) => isSamePlace(other, workflow))
    const sameId = earlier.find((other) => other.manifest.id === workflow.manifest.id)
    return [
      ...(sameTrigger === undefined ? [] : [triggerTaken(workflow, sameTrigger)]),
      ...(sameId === undefined ? [] : [duplicateId(workflow, sameId)]),
    ]
  })
}

function isSamePlace({ manifest: one }: ReadWorkflow, { manifest: other }: ReadWorkflow): boolean {
  if (one.trigger !== other.trigger) return false
  return one.order === undefined || other.order === undefined || one.order === other.order
}

function triggerTaken(workflow: ReadWorkflow, first: ReadWorkflow): WorkflowError {
  const { trigger, order } = workflow.manifest
  const isSameOrder = order !== undefined && order === first.manifest.order
  const both = isSameOrder ? `"${trigger}" and the order ${order}` : `"${trigger}"`
  const field = isSameOrder ? 'order' : 'trigger'
  const line = settingLine(sourceText(workflow.bundle, workflow.file) ?? '', field)
  return new WorkflowError(
    'trigger_taken',
    `More than one workflow assigned to this trigger: ${first.file} and ${workflow.file} both have ${both}`,
    {
      at: { file: workflow.file, ...(line !== undefined && { line }) },
      hint: isSameOrder
        ? 'Give each of them another order in workflowSettings: the smallest runs first.'
        : 'To run both, give each an order in workflowSettings, such as order: 1 and order: 2. Else put both into one workflow, or give one of them another trigger.',
    },
  )
}

function duplicateId(workflow: ReadWorkflow, first: ReadWorkflow): WorkflowError {
  return new WorkflowError(
    'workflow_id_duplicate',
    `Duplicate workflow ID: ${first.file} and ${workflow.file} both have "${workflow.manifest.id}"`,
    { at: { file: workflow.file }, hint: 'Give each workflow an id of its own.' },
  )
}

/** One after the other: each step keeps the bundler or an engine busy by itself. */
async function collect<Item, Result>(
  items: readonly Item[],
  step: (item: Item) => Promise<Result>,
): Promise<{ results: Result[]; failures: WorkflowError[] }> {
  const results: Result[] = []
  const failures: WorkflowError[] = []
  for (const item of items) {
    try {
      results.push(await step(item))
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error
      failures.push(error)
    }
  }
  return { results, failures }
}
