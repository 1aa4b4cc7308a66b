// An option that takes a whole number.
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'

/** Undefined when it is not given. Throws ConfigError `usage`. */
export function wholeNumber(
  command: Pick<Command, 'name'>,
  given: CommandArguments,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = given.value(name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw usage(command, `--${name} needs a whole number from ${String(least)} to ${String(most)}.`)
  return number
}
