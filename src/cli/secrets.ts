// `mintage secrets rotate`: another master key. Everything that is encrypted at rest is encrypted under it in one commit.
import { resolve } from 'node:path'
import { rotateMasterKey, type MasterKeyRotation } from '../app/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'

export const secretsCommand: Command = {
  name: 'secrets',
  summary: 'Replace the master key; the server must not run.',
  operands: 'rotate [options]',
  maxOperands: 1,
  options: [
    {
      name: 'new-key-file',
      value: 'FILE',
      summary:
        'Where the new key is written when MINTAGE_MASTER_KEY gives the old one; a key in FILE is used.',
    },
    { name: 'json', summary: 'Print one JSON document: values, keyFile, oldKeyFile, unreadable.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: ['mintage secrets rotate', 'mintage secrets rotate --new-key-file /secure/master.key'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [action] = given.operands
  if (action !== 'rotate') {
    const text =
      action === undefined
        ? 'mintage secrets needs an action: rotate.'
        : `mintage secrets has no action ${JSON.stringify(action)}.`
    throw usage(secretsCommand, text, 'Write mintage secrets rotate.')
  }
  const file = given.value('new-key-file')
  const rotation = await rotateMasterKey(await parseUsedDataOptions(given), {
    newKeyFile: file === undefined ? undefined : resolve(file),
    nowMs: Date.now(),
  })
  const { values, keyFile, oldKeyFile, unreadable } = rotation
  if (given.has('json'))
    output.print(JSON.stringify({ values, keyFile, oldKeyFile: oldKeyFile ?? null, unreadable }, null, 2))
  else output.print(report(rotation).map(printable).join('\n'))
  return exitCodes.ok
}

function report({ description, values, keyFile, oldKeyFile, unreadable }: MasterKeyRotation): string[] {
  return [
    values === 0
      ? `The database is encrypted under the new master key already (${description}).`
      : `Encrypted ${String(values)} values under a new master key (${description}).`,
    ...(unreadable.length === 0
      ? []
      : [`The old key did not open these values, and they are as they were: ${unreadable.join(', ')}.`]),
    ...(oldKeyFile === undefined
      ? [`The new key is in ${keyFile}: set MINTAGE_MASTER_KEY to it for every server before you start one.`]
      : [`The new key is in ${keyFile}, the old one in ${oldKeyFile}.`]),
    'Make a backup now, and a copy of the new key apart from it. Earlier backups open with the old key only: keep it, apart from them, as long as you keep them.',
    'If the old key was in the wrong hands, replace what it protected, too: mintage keys rotate --now, client secrets and secret variables.',
  ]
}
