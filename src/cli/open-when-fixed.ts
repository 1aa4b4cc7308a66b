// How `mintage dev` starts on a project that is broken: it shows what is wrong, waits for an edit, and tries again. Nothing listens until
// the project builds, because tokens would go out without its workflows.
import { projectFileName } from '../app/index.ts'
import { MintageFileError } from '../config/index.ts'
import { ConfigError, WorkflowError, type AppError } from '../errors/index.ts'
import { ChangedContent, mayBeSource, watchProject } from '../workflows/index.ts'
import { errorText } from './error-text.ts'
import { fileProblemsText } from './file-problems-text.ts'
import type { Output } from './output.ts'
import { readSourceLine } from './source-line.ts'

interface Waiting {
  readonly projectDir: string
  readonly output: Output
  /** Aborted when the command is to end. */
  readonly stopped: AbortSignal
}

/**
 * Resolves to what `open` does, or to undefined when the command was stopped before. Rejects with every error that an edit of the
 * project does not fix, such as a port that is taken.
 */
export async function openWhenFixed<Server>(
  open: () => Promise<Server>,
  { projectDir, output, stopped }: Waiting,
): Promise<Server | undefined> {
  const content = new ChangedContent(projectDir)
  let edited = Promise.withResolvers<unknown>()
  let failure: unknown
  // From before the first try, so that no edit during a try is missed.
  const watch = watchProject(projectDir, {
    async onChange(files) {
      const changed = await content.among(files.filter(isOfProject))
      if (changed.length > 0) edited.resolve(undefined)
    },
    onError(error) {
      failure = error
      edited.resolve(undefined)
    },
  })
  const end = () => edited.resolve(undefined)
  stopped.addEventListener('abort', end)
  let shown: string | undefined
  try {
    while (!stopped.aborted) {
      edited = Promise.withResolvers()
      try {
        return await open()
      } catch (error) {
        if (!isMendedByAnEdit(error)) throw error
        const text = await problemText(error, projectDir, output)
        if (text !== shown) output.print(`${text}\n\nWaiting for an edit of the project. Stop with Ctrl+C.`)
        shown = text
      }
      await edited.promise
      if (failure !== undefined) throw failure
    }
    return undefined
  } finally {
    stopped.removeEventListener('abort', end)
    await watch.close()
  }
}

function isOfProject(path: string): boolean {
  return path === projectFileName || mayBeSource(path, () => true)
}

function isMendedByAnEdit(error: unknown): error is AppError {
  const isOfFile = error instanceof ConfigError && error.code === 'mintage_file_invalid'
  return error instanceof WorkflowError || isOfFile
}

async function problemText(error: AppError, projectDir: string, output: Output): Promise<string> {
  return error instanceof MintageFileError
    ? fileProblemsText(error, output.style)
    : errorText(error, await readSourceLine(error.at, projectDir), output.style)
}
