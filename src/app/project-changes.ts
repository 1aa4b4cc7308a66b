// What `mintage dev` does while the project is edited: a change of mintage.yaml is applied, a change of what a build reads builds the
// workflows anew. What cannot be taken over changes nothing and is reported; the next change tries again. What makes no difference is
// not reported, so that a log that is written into the project's own folder does not feed itself.
import { isDeepStrictEqual } from 'node:util'
import type { MintageFile } from '../config/index.ts'
import { applyMintageFile, type ApplyDeps, type DirectoryPlan } from '../directory/index.ts'
import { AppError } from '../errors/index.ts'
import type { Logger } from '../telemetry/index.ts'
import {
  ChangedContent,
  isCode,
  mayBeSource,
  watchProject,
  type LiveProject,
  type ProjectStatus,
  type ProjectWatch,
} from '../workflows/index.ts'
import { projectFileName, readProjectFile } from './project-file.ts'
import { imagePaths } from './project-images.ts'
import { usableFile } from './usable-file.ts'

export type ProjectChange =
  | { readonly kind: 'built'; readonly status: ProjectStatus }
  /** Built, and it makes no difference to what is live: an edit of types or comments, say. */
  | { readonly kind: 'unchanged'; readonly status: ProjectStatus }
  /** `status.failures` says why; what was live still is. */
  | { readonly kind: 'build-failed'; readonly status: ProjectStatus }
  | { readonly kind: 'applied'; readonly plan: DirectoryPlan; readonly needsRestart: boolean }
  | { readonly kind: 'not-applied'; readonly error: AppError }

interface ProjectChangesDeps {
  readonly project: LiveProject
  /** As it was applied at the start. */
  readonly file: MintageFile
  readonly apply: ApplyDeps
  readonly log: Logger
  readonly onChange: (change: ProjectChange) => void
}

export function followProject({ project, file, apply, log, onChange }: ProjectChangesDeps): ProjectWatch {
  const { dir } = project.status()
  const content = new ChangedContent(dir)
  let reported = differenceOf(project.status())
  let pictures = imagePaths(file)

  async function applyFile(): Promise<ProjectChange> {
    try {
      const next = await readProjectFile(dir, false)
      pictures = imagePaths(next)
      const { images } = await usableFile(next, { projectDir: dir, isProduction: false }, apply)
      const plan = await applyMintageFile(next, { ...apply, images })
      return { kind: 'applied', plan, needsRestart: !isDeepStrictEqual(settingsOf(next), settingsOf(file)) }
    } catch (error) {
      if (error instanceof AppError) return { kind: 'not-applied', error }
      throw error
    }
  }

  async function build(files: readonly string[]): Promise<void> {
    const status = await project.reload()
    const difference = differenceOf(status)
    const isDifferent = difference !== reported
    reported = difference
    if (status.failures.length === 0) onChange({ kind: isDifferent ? 'built' : 'unchanged', status })
    // An author who saves and has the same error again wants to see that the edit was noticed.
    else if (isDifferent || files.some(isCode)) onChange({ kind: 'build-failed', status })
  }

  /** mintage.yaml and the pictures that it names. */
  function isOfFile(path: string): boolean {
    return path === projectFileName || pictures.has(path)
  }

  function isRead(path: string): boolean {
    const { failures, deployments } = project.status()
    // Of a build that failed it is not known what it would have read.
    return failures.length > 0 || deployments.some(({ bundle }) => bundle.inputs.includes(path))
  }

  return watchProject(dir, {
    async onChange(files) {
      try {
        const changed = await content.among(
          files.filter((path) => isOfFile(path) || mayBeSource(path, isRead)),
        )
        const sources = changed.filter((path) => !isOfFile(path))
        if (sources.length < changed.length) onChange(await applyFile())
        if (sources.length > 0) await build(sources)
      } catch (error) {
        log.error('reload_failed', { error })
      }
    },
    onError: (error) => log.error('watch_failed', { error }),
  })
}

/** What a server reads at its start. Branding is in the database. */
function settingsOf({ settings }: MintageFile): object {
  return { ...settings, branding: undefined }
}

/** Equal for two builds that an author need not tell apart. */
function differenceOf({ deployments, noWorkflows, neverRun, failures }: ProjectStatus): string {
  return JSON.stringify([
    failures.length > 0 ? [] : deployments.map(({ id, file, warnings }) => [id, file, warnings]),
    [...(noWorkflows ? [noWorkflows] : []), ...neverRun, ...failures].map(({ code, message, at }) => [
      code,
      message,
      at,
    ]),
  ])
}
