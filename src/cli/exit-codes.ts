// What the exit code of every command means. Scripts match on it: a code never changes its meaning
// (docs/reference/cli.md lists them, and a test fails when they part).
import {
  AppError,
  ConfigError,
  SandboxError,
  ServerError,
  StoreError,
  WorkflowError,
} from '../errors/index.ts'

export const exitCodes = {
  /** Tokens would be issued as the workflow shaped them; or the command did what it was asked. */
  ok: 0,
  /** A replay issues something else than was issued: for CI. */
  differs: 1,
  /** The command line is wrong, or a file that it names cannot be read or is not what it should be. */
  usage: 2,
  /** The workflow denied access. */
  denied: 3,
  /** The workflow failed, whatever its failure policy does about it; a test failed; a replay differs from its recording; or an import was interrupted. */
  failed: 4,
  /** The workflow or the project does not build. */
  build: 5,
  /** The database or the server cannot be reached, the sandbox cannot start, or the output cannot be written. */
  unavailable: 6,
  /** A defect in Mintage. */
  internal: 70,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The workflow file and the project are what `build` is about; that they are missing is not the command line's fault. */
export function exitCodeForError(error: unknown): ExitCode {
  if (error instanceof WorkflowError) return exitCodes.build
  if (error instanceof ConfigError) return exitCodes.usage
  if (error instanceof StoreError || error instanceof SandboxError) return exitCodes.unavailable
  if (error instanceof ServerError) return exitCodes.unavailable
  if (error instanceof AppError && error.code === 'output_lost') return exitCodes.unavailable
  return exitCodes.internal
}
