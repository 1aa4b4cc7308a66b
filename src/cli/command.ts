// A command as a declaration: its words, its options, and what it does. The parser and the help text read the same one.
import type { CommandArguments } from './arguments.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'

export interface CommandOption {
  /** Without the dashes. */
  readonly name: string
  /** The value's name in the help text; an option without one is a switch. */
  readonly value?: string
  readonly repeatable?: boolean
  readonly summary: string
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** What follows the name on the usage line. */
  readonly operands: string
  readonly maxOperands: number
  readonly options: readonly CommandOption[]
  readonly examples: readonly string[]
  /** Resolves to the exit code; rejects with AppError for what is shown as an error. */
  run(given: CommandArguments, output: Output): Promise<ExitCode>
}
