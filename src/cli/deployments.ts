// `mintage deployments`: what was deployed, which one serves, and what became of each commit of a git branch.
import type { z } from 'zod'
import { mintageOperations } from '../management/index.ts'
import { printJson, runAction, type Action, type Asked } from './actions.ts'
import type { Command } from './command.ts'
import { statusText } from './deployment-status.ts'
import { errorText, sentLocation, warningText } from './error-text.ts'
import { managementOptions, type ManagementClient } from './management-client.ts'
import { printable } from './output.ts'
import { detailsText, tableText, timeText } from './table.ts'
import { wholeNumber } from './whole-number.ts'

const defaultLimit = 50
const mostListed = 10_000

export const deploymentsCommand: Command = {
  name: 'deployments',
  summary: 'Show the deployments of a server, and which one is live.',
  operands: '[list | show ID | sync-log] [options]',
  maxOperands: 2,
  options: [
    { name: 'limit', value: 'N', summary: `list: at most so many. Default: ${defaultLimit}.` },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage deployments --to https://id.example.com',
    'mintage deployments --json',
    'mintage deployments show dep_…',
    'mintage deployments sync-log',
  ],
  run: (given, output) => runAction(deploymentsCommand, actions, given, output),
}

const actions: Readonly<Record<string, Action>> = {
  list: { options: ['limit'], run: list },
  show: { operand: 'ID', run: show },
  'sync-log': { run: showSyncLog },
}

async function list({ client, given, output }: Asked): Promise<void> {
  const limit = wholeNumber(deploymentsCommand, given, 'limit', 1, mostListed) ?? defaultLimit
  const { deployments, hasMore, deleted } = await newest(limit, client)
  if (given.has('json')) return printJson({ deployments, has_more: hasMore, deleted }, output)
  if (deployments.length === 0)
    return output.printError(`No deployments in ${client.where}. mintage deploy makes one.`)
  output.print(
    tableText(
      [
        { title: 'DEPLOYMENT', cell: ({ id }) => id },
        { title: 'STATUS', cell: statusText },
        { title: 'CREATED', cell: (one) => timeText(one.created_on) },
        { title: 'AUTHOR', cell: ({ author }) => author },
        {
          title: 'WORKFLOWS',
          cell: ({ workflows }) => workflows.map((one) => one.workflow_id).join(', '),
        },
      ],
      deployments,
      output,
    ),
  )
  if (hasMore) output.printError(`There are more: --limit N shows more than ${limit}.`)
  if (deleted) output.printError(deletedText(deleted))
}

type Listed = z.output<(typeof mintageOperations.getDeployments)['answer']>

/** One more than are shown says whether there are more. */
async function newest(
  most: number,
  client: ManagementClient,
): Promise<Omit<Listed, 'code' | 'message'> & { readonly hasMore: boolean }> {
  const deployments: Listed['deployments'] = []
  for (;;) {
    const [limit, last] = [Math.min(pageSize, most + 1 - deployments.length), deployments.at(-1)]
    const query = { limit: String(limit), ...(last && { before: last.id }) }
    // oxlint-disable-next-line no-await-in-loop -- a page begins where the one before ends
    const page = await client.call(mintageOperations.getDeployments, { query })
    deployments.push(...page.deployments)
    if (page.deployments.length < limit || deployments.length > most) {
      const { deleted } = page
      return { deployments: deployments.slice(0, most), hasMore: deployments.length > most, deleted }
    }
  }
}

const pageSize = 200

/** What its check found, and what its build printed. */
async function show({ operand, client, given, output }: Asked): Promise<void> {
  const answer = await client.call(mintageOperations.getDeployment, { path: { deployment_id: operand } })
  if (given.has('json')) return printJson(answer, output)
  const { deployment, build_log: buildLog } = answer
  output.print(
    detailsText(
      [
        ['DEPLOYMENT', deployment.id],
        ['STATUS', statusText(deployment)],
        ['CREATED', timeText(deployment.created_on)],
        ['AUTHOR', deployment.author],
        ['ORIGIN', deployment.origin],
        ['VARIABLES', deployment.required_variables.join(', ')],
        ...deployment.workflows.map(
          (one) => ['WORKFLOW', `${one.workflow_id}  ${one.trigger}  ${one.file}`] as const,
        ),
      ],
      output,
    ),
  )
  for (const problem of deployment.problems)
    output.print(`\n${errorText(shownProblem(problem), undefined, output.style)}`)
  for (const warning of deployment.warnings)
    output.print(`\n${warningText(shownProblem(warning), output.style)}`)
  if (buildLog !== '') output.print(`\n${output.style('dim', 'BUILD LOG')}\n${printable(buildLog)}`)
}

type Problem = Listed['deployments'][number]['problems'][number]

function shownProblem({ code, message, at, hint }: Problem) {
  return { code: printable(code), message, at: sentLocation(at), hint }
}

/** What became of each commit of the git branch that the server follows. */
async function showSyncLog({ client, given, output }: Asked): Promise<void> {
  const { git_syncs: syncs } = await client.call(mintageOperations.getGitSyncs)
  if (given.has('json')) return printJson({ git_syncs: syncs }, output)
  if (syncs.length === 0)
    output.printError(`No commits in ${client.where}. deployments.git in mintage.yaml names a repository.`)
  for (const { on, commit, author, outcome, deployment, branch, problems } of syncs) {
    const what = `${commit?.slice(0, 10) ?? '-'.padEnd(10)}  ${outcome.padEnd(11)}  ${deployment ?? '-'.padEnd(28)}`
    output.print(printable(`${timeText(on)}  ${what}  ${branch}  ${author ?? ''}`.trimEnd()))
    for (const { code, message, at, hint } of problems) {
      const place = at ? ` (${[at.file, at.line, at.column].filter((part) => part !== null).join(':')})` : ''
      output.print(printable(`  ${code}: ${message}${place}`))
      if (hint !== null) output.print(printable(`  help: ${hint}`))
    }
  }
}

function deletedText({ on, ids, keep_count: kept }: NonNullable<Listed['deleted']>): string {
  return printable(
    `Deleted on ${on.slice(0, 10)}: ${ids.join(', ')}. The newest ${String(kept)} are kept, and those in use (settings.deployments.keepCount).`,
  )
}
