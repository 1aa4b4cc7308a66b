// A command with actions, as `mintage users suspend ada@example.com`: each action has its operand and does its own thing with the operations of
// a server or a database. Without an action the command lists.
import type { CommandArguments } from './arguments.ts'
import { usage } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { openManagementClient, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'

export interface Asked {
  /** Empty for an action without an operand. */
  readonly operand: string
  readonly client: ManagementClient
  readonly given: CommandArguments
  readonly output: Output
}

export interface Action {
  /** What the operand names, as `USER`; undefined for an action without one. */
  readonly operand?: string
  /** An option may say the same. */
  readonly isOperandOptional?: true
  /** Options of the command that only some actions take. */
  readonly options?: readonly string[]
  run(this: void, asked: Asked): Promise<void>
}

/** The options that belong to some actions, by the name of the option. Throws ConfigError `usage`; then nothing was opened or sent. */
export async function runAction(
  command: Pick<Command, 'name'>,
  actions: Readonly<Record<string, Action>>,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const [name = 'list', operand, ...more] = given.operands
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) {
    throw usage(
      command,
      `mintage ${command.name} has no action ${JSON.stringify(name)}.`,
      `The actions are ${Object.keys(actions).join(', ')}.`,
    )
  }
  const line = `mintage ${command.name} ${name}`
  if (action.operand !== undefined && !action.isOperandOptional && operand === undefined)
    throw usage(command, `${line} needs ${action.operand}.`)
  if (more.length > 0 || (action.operand === undefined && operand !== undefined))
    throw usage(command, `${line} takes ${action.operand ?? 'no argument'}.`)
  for (const option of new Set(Object.values(actions).flatMap(({ options = [] }) => options))) {
    if (given.has(option) && !action.options?.includes(option))
      throw usage(command, `${line} does not take --${option}.`)
  }
  const client = await openManagementClient(given)
  try {
    await action.run({ operand: operand ?? '', client, given, output })
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

/** For scripts: one document. */
export function printJson(value: object, output: Output): void {
  output.print(JSON.stringify(value, null, 2))
}
