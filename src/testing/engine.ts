// What all runs of a process share: one sandbox, opened with the first run, and the deployments made of the files that were run. Nothing
// here keeps the process alive, so no test has to close anything.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { WorkflowError } from '../errors/index.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { measuresCoverage } from './coverage.ts'
import { buildDeployment, findProject, type WorkflowDeployment } from '../workflows/index.ts'

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

/** The workflow in the file at this absolute path, built again only when one of the author's files has changed. Throws WorkflowError, ConfigError. */
export async function deploymentOf(
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
