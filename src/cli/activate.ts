// `mintage activate ID` and `mintage rollback`: another deployment becomes live.
import { mintageOperations } from '../management/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { givenPercent } from './canary.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import type { Output } from './output.ts'

const options = [{ name: 'json', summary: 'Print one JSON document.' }, ...managementOptions]

export const activateCommand: Command = {
  name: 'activate',
  summary: 'Make a deployment live, on every server within a second.',
  operands: 'ID [options]',
  maxOperands: 1,
  options: [
    {
      name: 'canary',
      value: 'PERCENT',
      summary: 'For this share of the users only, such as 5%: always the same ones. See mintage canary.',
    },
    ...options,
  ],
  examples: [
    'mintage activate dep_… --to https://id.example.com',
    'mintage activate dep_… --canary 5% --to https://id.example.com',
  ],
  async run(given, output) {
    const [id] = given.operands
    if (id === undefined)
      throw usage(
        activateCommand,
        'mintage activate needs the ID of a deployment.',
        'mintage deployments lists them.',
      )
    const percent = givenPercent(given, 'canary', activateCommand)
    if (percent !== undefined) return startCanary(id, percent, given, output)
    return change(given, output, (client) =>
      client.call(mintageOperations.activateDeployment, { path: { deployment_id: id } }),
    )
  },
}

export const rollbackCommand: Command = {
  name: 'rollback',
  summary: 'Make live what was live before; another time, it goes further back.',
  operands: '[options]',
  maxOperands: 0,
  options,
  examples: ['mintage rollback --to https://id.example.com'],
  run: (given, output) =>
    change(given, output, (client) => client.call(mintageOperations.rollBackDeployment)),
}

async function startCanary(
  id: string,
  percent: number,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const client = await openManagementClient(given)
  try {
    const call = { path: { deployment_id: id }, body: { percent } }
    const answer = await client.call(mintageOperations.startCanary, call)
    output.print(
      given.has('json')
        ? JSON.stringify(answer, null, 2)
        : `${id} serves ${String(percent)}% of the users. mintage canary promote makes it live, mintage canary withdraw ends it.`,
    )
    if (!answer.is_followed) output.printError(folderIsServed)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

interface Activated {
  readonly deployment: { readonly id: string }
  readonly previous_deployment_id: string | null
  readonly is_followed: boolean
}

async function change(
  given: CommandArguments,
  output: Output,
  act: (client: ManagementClient) => Promise<Activated>,
): Promise<ExitCode> {
  const client = await openManagementClient(given)
  try {
    const answer = await act(client)
    if (given.has('json')) {
      output.print(JSON.stringify(answer, null, 2))
      return exitCodes.ok
    }
    const { id } = answer.deployment
    const previous = answer.previous_deployment_id
    const before = previous === null ? '' : ` Before it was ${previous}.`
    output.print(previous === id ? `${id} was live already: nothing changed.` : `${id} is live.${before}`)
    if (!answer.is_followed) output.printError(folderIsServed)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

export const folderIsServed =
  'This server is mintage dev, which goes on serving its folder; mintage start serves what is deployed.'
