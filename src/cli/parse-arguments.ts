// From argv to what a command declared, and nothing else: an unknown option, a missing value and a repeated option are
// usage errors that name the nearest right thing.
import { parseArgs } from 'node:util'
import { nearest, type ConfigError } from '../errors/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command, CommandOption } from './command.ts'

const helpOption: CommandOption = { name: 'help', summary: 'Show this help.' }

/** The options of a command and those that every command has. */
export function optionsOf(command: Command): readonly CommandOption[] {
  return [...command.options, helpOption]
}

/** Throws ConfigError `usage`. */
export function parseArguments(command: Command, args: readonly string[]): CommandArguments {
  const options = optionsOf(command)
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' } as const]),
    ),
  })

  const operands: string[] = []
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = options.find(({ name }) => name === token.name)
    if (!option || token.rawName === `-${token.name}`) throw unknownOption(command, token.rawName, options)
    const values = given.get(option.name) ?? []
    if (values.length > 0 && !option.repeatable) throw usage(command, `--${option.name} is given twice.`)
    given.set(option.name, [...values, optionValue(command, option, token)])
  }
  // The operands are not repeated in the text: one of them may be a piece of a secret that was not quoted.
  if (operands.length > command.maxOperands && !given.has('help')) {
    throw usage(
      command,
      `mintage ${command.name} takes at most ${command.maxOperands} argument(s); ${operands.length} are given.`,
    )
  }
  return {
    operands,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.[0],
    values: (option) => given.get(option) ?? [],
  }
}

function optionValue(
  command: Command,
  option: CommandOption,
  token: { readonly value: string | undefined; readonly inlineValue: boolean | undefined },
): string {
  if (option.value === undefined) {
    if (token.value !== undefined) throw usage(command, `--${option.name} takes no value.`)
    return ''
  }
  // `--event --json` is a forgotten value; a value that begins with a dash is written --event=-x.
  if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-'))) {
    throw usage(command, `--${option.name} needs a value: --${option.name} ${option.value}.`)
  }
  return token.value
}

function unknownOption(command: Command, rawName: string, options: readonly CommandOption[]): ConfigError {
  const meant = nearest(
    rawName.replace(/^-+/, ''),
    options.map(({ name }) => name),
  )
  const hint =
    meant === undefined ? undefined : `Did you mean --${meant}? See mintage ${command.name} --help.`
  return usage(command, `mintage ${command.name} has no option ${rawName}.`, hint)
}
