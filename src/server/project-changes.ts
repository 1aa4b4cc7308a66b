// What `mintage dev` does while somebody edits the project: a change of mintage.yaml is applied, any other builds the workflows anew.
// What cannot be taken over changes nothing and is told; the next change tries again.
import { isDeepStrictEqual } from 'node:util'
import type { MintageFile } from '../config/index.ts'
import { applyMintageFile, type ApplyDeps, type DirectoryPlan } from '../directory/index.ts'
import { AppError } from '../errors/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { watchProject, type LiveProject, type ProjectStatus, type ProjectWatch } from '../workflows/index.ts'
import { projectFileName, readProjectFile } from './project-file.ts'
import { assertUsableFile } from './usable-file.ts'

export type ProjectChange =
  | { readonly kind: 'built'; readonly status: ProjectStatus }
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

  async function applyFile(): Promise<ProjectChange> {
    try {
      const next = await readProjectFile(dir)
      await assertUsableFile(next, dir, apply)
      const plan = await applyMintageFile(next, apply)
      return { kind: 'applied', plan, needsRestart: !isDeepStrictEqual(next.settings, file.settings) }
    } catch (error) {
      if (error instanceof AppError) return { kind: 'not-applied', error }
      throw error
    }
  }

  async function build(): Promise<ProjectChange> {
    const status = await project.reload()
    return { kind: status.failures.length === 0 ? 'built' : 'build-failed', status }
  }

  return watchProject(dir, {
    async onChange(files) {
      try {
        if (files.includes(projectFileName)) onChange(await applyFile())
        if (files.some((name) => name !== projectFileName)) onChange(await build())
      } catch (error) {
        log.error('reload_failed', { error })
      }
    },
    onError: (error) => log.error('watch_failed', { error }),
  })
}
