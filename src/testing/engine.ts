// What all runs of a process share: one sandbox, opened with the first run, and the deployments made of the files that were run. Nothing
// here keeps the process alive, so no test has to close anything.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError, WorkflowError } from '../errors/index.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { measuresCoverage } from './coverage.ts'
import {
  buildDeployment,
  findProject,
  workflowClashes,
  workflowsOfTrigger,
  type ServingDeployment,
  type WorkflowDeployment,
} from '../workflows/index.ts'

let opened: Promise<Sandbox> | undefined

export function sharedSandbox(): Promise<Sandbox> {
  return (opened ??= openSandbox({ threads: 1, keepsProcessAlive: false }))
}

interface Built {
  readonly deployment: WorkflowDeployment
  /** By absolute path: the author's files as they were when they were built. */
  readonly contents: ReadonlyMap<string, string>
}

const builds = new Map<string, Promise<Built>>()

/**
 * The workflows in the files at these absolute paths, in the order in which they run, built again only when one of the author's files has
 * changed. Throws WorkflowError, also for two workflows that cannot run together, and ConfigError.
 */
export async function deploymentsOf(
  paths: readonly [string, ...string[]],
  options: { readonly strictBindings?: boolean | undefined },
): Promise<ServingDeployment['workflows']> {
  const deployments: WorkflowDeployment[] = []
  // One after the other: each keeps the bundler and the engine busy by itself.
  for (const path of paths) deployments.push(await deploymentOf(path, options))
  const [clash] = workflowClashes(deployments)
  if (clash !== undefined) throw clash
  const triggers = [...new Set(deployments.map(({ manifest }) => manifest.trigger))]
  const [trigger = ''] = triggers
  const serving = workflowsOfTrigger(deployments, trigger)
  if (serving === undefined) throw new Error('no workflow was built')
  if (triggers.length === 1) return serving
  throw new ConfigError('usage', `The workflows have several triggers: ${triggers.join(', ')}.`, {
    hint: 'Run those of one trigger together, and the others in a test of their own.',
  })
}

async function deploymentOf(
  path: string,
  { strictBindings = false }: { readonly strictBindings?: boolean | undefined },
): Promise<WorkflowDeployment> {
  const key = `${path}\n${String(strictBindings)}`
  const known = builds.get(key)
  if (known !== undefined && (await isCurrent(known))) return (await known).deployment
  // Another run may have built it while this one looked.
  const latest = builds.get(key)
  if (latest !== undefined && latest !== known) return (await latest).deployment
  const building = build(path, strictBindings)
  builds.set(key, building)
  const { deployment } = await building
  // Runs of the former one that are under way keep its image until they end.
  await known?.then(
    async (former) => (await sharedSandbox()).release(former.deployment.prepared),
    () => {},
  )
  return deployment
}

async function build(path: string, strictBindings: boolean): Promise<Built> {
  const project = await findProject(dirname(path)).catch((error: unknown) => {
    // A workflow file outside of any project can be tested all the same.
    if (error instanceof WorkflowError && error.code === 'project_not_found') return undefined
    throw error
  })
  const deployment = await buildDeployment(path, await sharedSandbox(), {
    reservedClaims,
    strictBindings,
    marksLines: measuresCoverage,
    ...(project && { project }),
  })
  const { folder, inputs } = deployment.bundle
  const own = inputs.filter((input) => !input.split('/').includes('node_modules'))
  return { deployment, contents: await contentsOf(own.map((input) => join(folder, input))) }
}

async function isCurrent(building: Promise<Built>): Promise<boolean> {
  const built = await building.catch(() => undefined)
  if (built === undefined) return false
  const now = await contentsOf([...built.contents.keys()])
  return [...now].every(([path, content]) => built.contents.get(path) === content)
}

async function contentsOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const contents = paths.map(async (path) => {
    const bytes = await readFile(path).catch(() => '')
    return [path, createHash('sha256').update(bytes).digest('base64')] as const
  })
  return new Map(await Promise.all(contents))
}
