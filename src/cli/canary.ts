// `mintage canary promote|withdraw`: what becomes of the deployment that serves a share of the users. `mintage activate ID --canary 5%` starts it.
import { mintageOperations } from '../management/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { managementOptions, openManagementClient } from './management-client.ts'

export const canaryCommand: Command = {
  name: 'canary',
  summary: 'Make the canary live, or withdraw it.',
  operands: 'promote|withdraw [options]',
  maxOperands: 1,
  options: [{ name: 'json', summary: 'Print one JSON document.' }, ...managementOptions],
  examples: [
    'mintage activate dep_… --canary 5% --to https://id.example.com',
    'mintage canary promote --to https://id.example.com',
    'mintage canary withdraw --to https://id.example.com',
  ],
  async run(given, output) {
    const [action] = given.operands
    if (action !== 'promote' && action !== 'withdraw')
      throw usage(
        canaryCommand,
        'mintage canary needs promote or withdraw.',
        'mintage activate ID --canary 5% starts a canary.',
      )
    const client = await openManagementClient(given)
    try {
      const answer =
        action === 'promote'
          ? await client.call(mintageOperations.promoteCanary)
          : await client.call(mintageOperations.withdrawCanary)
      const { deployment_id: id } = answer
      const done = action === 'promote' ? 'is live' : 'is withdrawn, and its users get the live deployment'
      output.print(given.has('json') ? JSON.stringify(answer, null, 2) : `${id} ${done}.`)
      return exitCodes.ok
    } finally {
      await client.close()
    }
  },
}

/** `5%` or `5`, more than 0 and at most 100; undefined when the option was not given. */
export function givenPercent(given: CommandArguments, option: string, command: Command): number | undefined {
  const text = given.value(option)
  if (text === undefined) return undefined
  const percent = /^\d{1,3}(?:\.\d{1,2})?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN
  if (percent >= 0.1 && percent <= 100) return percent
  throw usage(
    command,
    `--${option} ${JSON.stringify(text)} is not a share of the users.`,
    `Write it as --${option} 5%: at least 0.1%, at most 100%.`,
  )
}
