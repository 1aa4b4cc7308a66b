// Errors that Mintage throws on purpose. Expected outcomes of a run are values (runtime/outcome.ts), not these.
import type { ErrorCode } from './codes.ts'

/** Where in the author's or the operator's file: `line` and `column` are 1-based. */
export interface SourceLocation {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

interface AppErrorOptions {
  /** What the reader can do about it, as an imperative sentence. */
  readonly hint?: string
  readonly at?: SourceLocation
  readonly cause?: unknown
}

/** Base of every error with a code; `message` is for its reader and never holds a secret or one of our stacks. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly at: SourceLocation | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
    this.at = options.at
  }
}

/** The operator's command line, file or environment is wrong. */
export class ConfigError extends AppError {}

/** The author's project, manifest or bundle is wrong; `at` says where. */
export class WorkflowError extends AppError {}

/** Our sandbox failed; the author is not to blame. */
export class SandboxError extends AppError {}

/** A server that the command line calls cannot be reached, or fails. */
export class ServerError extends AppError {}

/** The database refused or could not be reached: `store_conflict`, `store_unavailable`. */
export class StoreError extends AppError {}

export function isStoreUnavailable(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'store_unavailable'
}

/** `file:line:column`, as editors and terminals make a link of it. */
export function formatLocation(at: SourceLocation): string {
  return [at.file, at.line, at.line === undefined ? undefined : at.column]
    .filter((part) => part !== undefined)
    .join(':')
}
