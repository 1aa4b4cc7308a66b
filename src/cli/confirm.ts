// Asks before something is destroyed. Only a person at a terminal is asked; a script says --yes.
import { createInterface } from 'node:readline'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command, CommandOption } from './command.ts'
import type { Output } from './output.ts'

export const yesOption: CommandOption = {
  name: 'yes',
  summary: 'Do not ask for confirmation. Needed where no terminal can answer.',
}

/** `question`: what is about to happen, as `Delete the user ada@example.com?`. Throws ConfigError `usage` without a terminal. */
export async function isConfirmed(
  question: string,
  command: Pick<Command, 'name'>,
  given: CommandArguments,
  output: Output,
): Promise<boolean> {
  if (given.has('yes')) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usage(command, `${question} Nothing was changed, because no terminal can answer.`, 'Add --yes.')
  output.printError(`${question} Type yes to go on.`)
  const answer = await typedLine()
  if (/^y(es)?$/i.test(answer.trim())) return true
  output.printError('Nothing was changed.')
  return false
}

/** Empty at the end of the input. */
function typedLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => resolve(''))
  })
}
