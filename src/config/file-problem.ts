// What is wrong with mintage.yaml: all of it at once, each with its place, its line and what to do.
import { ConfigError, type SourceLocation } from '../errors/index.ts'

/** `published_credentials`: the file is valid, and production refuses what it declares. */
export type FileErrorCode = 'mintage_file_invalid' | 'published_credentials'

export interface FileProblem {
  readonly message: string
  readonly at: SourceLocation & { readonly line: number; readonly column: number }
  readonly hint?: string
  /** The line of the file; undefined when it holds a secret. */
  readonly sourceLine: string | undefined
}

/** `message`, `at` and `hint` are those of the first problem; a caller that can show more reads `problems`. */
export class MintageFileError extends ConfigError {
  readonly problems: readonly FileProblem[]

  constructor(
    problems: readonly [FileProblem, ...FileProblem[]],
    code: FileErrorCode = 'mintage_file_invalid',
  ) {
    const [{ message, at, hint }, ...others] = problems
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    super(code, message + more, { at, ...(hint !== undefined && { hint }) })
    this.problems = problems
  }
}
