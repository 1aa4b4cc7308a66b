// `mintage deployments`: what was deployed, and which one serves.
import { mintageOperations } from '../management/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'

export const deploymentsCommand: Command = {
  name: 'deployments',
  summary: 'Show the deployments of a server, and which one is live.',
  operands: '[sync-log] [options]',
  maxOperands: 1,
  options: [{ name: 'json', summary: 'Print one JSON document.' }, ...managementOptions],
  examples: [
    'mintage deployments --to https://id.example.com',
    'mintage deployments --json',
    'mintage deployments sync-log',
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [action] = given.operands
  if (action !== undefined && action !== 'sync-log')
    throw usage(deploymentsCommand, `mintage deployments has no action ${JSON.stringify(action)}.`)
  const client = await openManagementClient(given)
  try {
    if (action === 'sync-log') return await showSyncLog(client, given.has('json'), output)
    const { deployments, deleted } = await client.call(mintageOperations.getDeployments)
    if (given.has('json')) {
      output.print(JSON.stringify({ deployments, deleted }, null, 2))
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
    if (deleted) output.printError(deletedText(deleted))
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

/** What became of each commit of the git branch that the server follows. */
async function showSyncLog(client: ManagementClient, isJson: boolean, output: Output): Promise<ExitCode> {
  const { git_syncs: syncs } = await client.call(mintageOperations.getGitSyncs)
  if (isJson) {
    output.print(JSON.stringify({ git_syncs: syncs }, null, 2))
    return exitCodes.ok
  }
  if (syncs.length === 0)
    output.printError(`No commits in ${client.where}. deployments.git in mintage.yaml names a repository.`)
  for (const { on, commit, author, outcome, deployment, branch, problems } of syncs) {
    const what = `${commit?.slice(0, 10) ?? '-'.padEnd(10)}  ${outcome.padEnd(11)}  ${deployment ?? '-'.padEnd(28)}`
    output.print(
      printable(`${on.slice(0, 19).replace('T', ' ')}  ${what}  ${branch}  ${author ?? ''}`.trimEnd()),
    )
    for (const { code, message, at } of problems) {
      const place = at ? ` (${[at.file, at.line, at.column].filter((part) => part !== null).join(':')})` : ''
      output.print(printable(`  ${code}: ${message}${place}`))
    }
  }
  return exitCodes.ok
}

function deletedText({
  on,
  ids,
  keep_count: kept,
}: {
  on: string
  ids: readonly string[]
  keep_count: number
}): string {
  return printable(
    `Deleted on ${on.slice(0, 10)}: ${ids.join(', ')}. The newest ${String(kept)} are kept, and those in use (settings.deployments.keepCount).`,
  )
}

function row(id: string, status: string, created: string, author: string, workflows: string): string {
  return `${id.padEnd(28)}  ${status.padEnd(11)}  ${created.padEnd(19)}  ${author.slice(0, 32).padEnd(32)}  ${workflows}`.trimEnd()
}
