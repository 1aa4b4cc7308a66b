// A project folder: the one that holds kinde.json (C§6.9). Reads nothing but that file. Keys that Mintage does not know
// are left alone, because Kinde adds keys; keys that it does know must make sense.
import { realpath, readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { z } from 'zod'
import { WorkflowError, type SourceLocation } from '../errors/index.ts'
import { buildMessages, messageLocation } from './build-message.ts'
import { isInside, realPathInside } from './project-boundary.ts'

export const projectFileName = 'kinde.json'
const largestProjectFileBytes = 1024 * 1024

export interface Project {
  /** Real path of the folder that holds kinde.json. */
  readonly dir: string
  /** Relative to `dir`; below it, and not through a symlink that leads out. */
  readonly rootDir: string
  /** Absolute path of the folder that workflow files are looked for in; it need not exist. */
  readonly workflowsDir: string
  /** The date of Kinde's last breaking runtime change that the project was written for. Recorded, not checked. */
  readonly version?: string
}

const projectFileSchema = z.looseObject({
  rootDir: z.string().min(1).default('kindeSrc'),
  version: z.string().optional(),
  integrations: z.record(z.string(), z.unknown()).optional(),
})

/** Walks up from `startDir` to the folder with a kinde.json. Throws WorkflowError `project_not_found`, `project_invalid`. */
export async function findProject(startDir: string): Promise<Project> {
  return readProject(await findProjectFolder(startDir))
}

/** The same, without reading kinde.json. Throws WorkflowError `project_not_found`. */
export async function findProjectFolder(startDir: string): Promise<string> {
  const start = resolve(startDir)
  for (let folder = start; ; folder = dirname(folder)) {
    if (await exists(join(folder, projectFileName))) return realpath(folder)
    if (dirname(folder) === folder) break
  }
  throw new WorkflowError(
    'project_not_found',
    `could not find ${projectFileName} in ${start} or in a folder above it`,
    {
      hint: `Run inside a project, or add a ${projectFileName} such as { "version": "2024-12-09", "rootDir": "kindeSrc" }.`,
    },
  )
}

/** A file that is named as its project knows it: here, or in the project around `near`. Undefined when neither has it. */
export async function fileOfProject(file: string, near: string): Promise<string | undefined> {
  if (await exists(file)) return file
  const folder = await findProjectFolder(near).catch(() => undefined)
  const inProject = folder && join(folder, file)
  return inProject !== undefined && (await exists(inProject)) ? inProject : undefined
}

async function readProject(dir: string): Promise<Project> {
  const parsed = projectFileSchema.safeParse(await parseJson(await readProjectFile(dir)))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path.join('.') ?? ''
    const where = field === '' ? projectFileName : `"${field}" of ${projectFileName}`
    throw invalidProject(`${where}: ${issue?.message ?? 'not understood'}`, { file: projectFileName })
  }
  const { rootDir, version } = parsed.data
  await refuseRootDirOutside(dir, rootDir)
  return {
    dir,
    rootDir,
    workflowsDir: join(dir, rootDir, 'environment', 'workflows'),
    ...(version === undefined ? {} : { version }),
  }
}

async function readProjectFile(dir: string): Promise<string> {
  const path = join(dir, projectFileName)
  const info = await stat(path)
  if (!info.isFile()) throw invalidProject(`${projectFileName} is not a file`, { file: projectFileName })
  if (info.size > largestProjectFileBytes) {
    throw invalidProject(`${projectFileName} is larger than 1 MiB`, { file: projectFileName })
  }
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (cause) {
    throw invalidProject(`${projectFileName} cannot be read`, { file: projectFileName }, cause)
  }
}

/** `JSON.parse`, with esbuild's reader to say where it went wrong: V8 gives no position for half of its complaints. */
async function parseJson(text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const [message] = await buildMessages(transform(text, { loader: 'json', logLevel: 'silent' }))
    const at = { ...(message === undefined ? undefined : messageLocation(message)), file: projectFileName }
    throw invalidProject(`${projectFileName} is not JSON: ${message?.text ?? 'it does not parse'}`, at, cause)
  }
}

async function refuseRootDirOutside(dir: string, rootDir: string): Promise<void> {
  const path = resolve(dir, rootDir)
  const leavesByName = isAbsolute(rootDir) || !isInside(dir, path)
  if (leavesByName || (await realPathInside(dir, path)) === 'outside') {
    throw invalidProject(`"rootDir" of ${projectFileName} is "${rootDir}", which leaves the project folder`, {
      file: projectFileName,
    })
  }
}

function invalidProject(message: string, at: SourceLocation, cause?: unknown): WorkflowError {
  return new WorkflowError('project_invalid', message, {
    at,
    hint: `Correct ${projectFileName}; the least that it may hold is {}.`,
    ...(cause === undefined ? {} : { cause }),
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
