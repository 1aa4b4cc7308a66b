// The help texts, made from the declarations of the commands.
import type { Command, CommandOption } from './command.ts'
import { optionsOf } from './parse-arguments.ts'

export function generalHelp(commands: readonly Command[]): string {
  const nameWidth = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Mintage: the OpenID Provider that you program in TypeScript.',
    '',
    'usage: mintage COMMAND [options]',
    '',
    'commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}  ${summary}`),
    '',
    'mintage help COMMAND shows the options of a command; mintage --version the version.',
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const options = optionsOf(command)
  const width = Math.max(...options.map((option) => spelling(option).length))
  return [
    `usage: mintage ${[command.name, command.operands].filter((part) => part !== '').join(' ')}`,
    '',
    command.summary,
    '',
    'options:',
    ...options.map((option) => `  ${spelling(option).padEnd(width)}  ${summaryOf(option)}`),
    ...(command.examples.length > 0
      ? ['', 'examples:', ...command.examples.map((example) => `  ${example}`)]
      : []),
  ].join('\n')
}

function spelling({ name, value }: CommandOption): string {
  const argument = value === undefined ? '' : ` ${value}`
  return `--${name}${argument}`
}

/** `NAME …` would read as a list behind one option. */
function summaryOf({ summary, repeatable }: CommandOption): string {
  return repeatable ? `${summary} May be given several times.` : summary
}
