// `mintage deployments`: what was deployed, and which one serves.
import { mintageOperations } from '../management/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient } from './management-client.ts'
import type { Output } from './output.ts'

export const deploymentsCommand: Command = {
  name: 'deployments',
  summary: 'Show the deployments of a server, and which one is live.',
  operands: '[options]',
  maxOperands: 0,
  options: [{ name: 'json', summary: 'Print one JSON document.' }, ...managementOptions],
  examples: ['mintage deployments --to https://id.example.com', 'mintage deployments --json'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const client = await openManagementClient(given)
  try {
    const { deployments } = await client.call(mintageOperations.getDeployments)
    if (given.has('json')) {
      output.print(JSON.stringify({ deployments }, null, 2))
      return exitCodes.ok
    }
    if (deployments.length === 0) {
      output.printError(`No deployments in ${client.where}. mintage deploy makes one.`)
      return exitCodes.ok
    }
    output.print(row('DEPLOYMENT', 'STATUS', 'CREATED', 'AUTHOR', 'WORKFLOWS'))
    for (const { id, status, created_on: created, author, workflows } of deployments) {
      const names = workflows.map(({ workflow_id: name }) => name).join(', ')
      output.print(row(id, status, created.slice(0, 19).replace('T', ' '), author, names))
    }
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

function row(id: string, status: string, created: string, author: string, workflows: string): string {
  return `${id.padEnd(28)}  ${status.padEnd(11)}  ${created.padEnd(19)}  ${author.slice(0, 32).padEnd(32)}  ${workflows}`.trimEnd()
}
