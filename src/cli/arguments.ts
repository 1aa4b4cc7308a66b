// What a command is given on its command line (parse-arguments.ts reads it), and the error when that is wrong.
import { ConfigError } from '../errors/index.ts'

export interface CommandArguments {
  readonly operands: readonly string[]
  has(option: string): boolean
  value(option: string): string | undefined
  values(option: string): readonly string[]
}

/** A wrong use of a command, with the way to its help. */
export function usage(command: { readonly name: string }, message: string, hint?: string): ConfigError {
  return new ConfigError('usage', message, { hint: hint ?? `See mintage ${command.name} --help.` })
}
