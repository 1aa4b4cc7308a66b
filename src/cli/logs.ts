// `mintage logs`: the recorded invocations, of a server or of the project's database, which needs no server and disturbs none that runs.
import { tokenKinds, type JsonObject } from '../oauth/index.ts'
import { mintageOperations } from '../management/index.ts'
import type { StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { follow } from './follow.ts'
import { invocationHeader, invocationLine, invocationReport } from './invocation-report.ts'
import {
  invocationsAfter,
  newestInvocations,
  storedInvocation,
  type InvocationQuery,
} from './listed-invocations.ts'
import { parseFilter, userFilter } from './logs-filter.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'
import { sincePrevious } from './previous-invocation.ts'
import { wholeNumber } from './whole-number.ts'

export const logsCommand: Command = {
  name: 'logs',
  summary: 'Show recorded invocations.',
  operands: '[show ID] [options]',
  maxOperands: 2,
  options: [
    { name: 'follow', summary: 'Keep printing new invocations until Ctrl+C.' },
    { name: 'user', value: 'ID|EMAIL', summary: 'Only invocations for this user.' },
    {
      name: 'outcome',
      value: 'OUTCOME',
      summary: 'Only this outcome, such as completed, denied or threw, or this error code.',
    },
    {
      name: 'since',
      value: 'WHEN',
      summary: 'Only since this time: 30s, 15m, 2h, 7d, or a time such as 2026-11-28T10:00Z.',
    },
    { name: 'until', value: 'WHEN', summary: 'Only before this time, spelled as with --since.' },
    { name: 'client', value: 'ID', summary: 'Only tokens of this client id.' },
    { name: 'org', value: 'CODE', summary: 'Only tokens for this organization.' },
    { name: 'deployment', value: 'ID', summary: 'Only what this deployment did.' },
    {
      name: 'text',
      value: 'TEXT',
      summary: 'Only those that hold this text anywhere, such as a claim or a line of the log.',
    },
    { name: 'workflow', value: 'ID', summary: 'Only those in which the workflow with this id ran.' },
    { name: 'limit', value: 'N', summary: 'Show the newest N. Default: 20.' },
    {
      name: 'event',
      summary: 'With show: print the event and the default claims in the form of mintage run --event.',
    },
    {
      name: 'case',
      summary: 'With show: print a case for mintage run and tests, with secrets and personal data masked.',
    },
    { name: 'json', summary: 'Print one JSON document per line; with show, one indented document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage logs --follow',
    'mintage logs --user ada@example.com --outcome threw',
    'mintage logs --since 2h --workflow tokens',
    'mintage logs show inv_…',
    'mintage logs --outcome denied --to https://id.example.com',
    'mintage logs show inv_… --event > event.json',
    'mintage logs show inv_… --case > case.json',
  ],
  run,
}

const defaultLimit = 20
const mostShown = 10_000

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [action, id] = given.operands
  if (action !== undefined && action !== 'show') {
    throw usage(
      logsCommand,
      `mintage logs has no action ${JSON.stringify(action)}.`,
      'Write mintage logs show ID.',
    )
  }
  if (action === 'show' && id === undefined)
    throw usage(logsCommand, 'mintage logs show needs the ID of an invocation.')
  if (given.has('event') && (id === undefined || given.has('json')))
    throw usage(logsCommand, '--event is for mintage logs show ID, without --json.')
  if (given.has('case') && (id === undefined || given.has('json') || given.has('event')))
    throw usage(logsCommand, '--case is for mintage logs show ID, without --json and --event.')
  const limit = wholeNumber(logsCommand, given, 'limit', 1, mostShown) ?? defaultLimit
  const wanted = parseFilter(logsCommand, given)
  const client = await openManagementClient(given)
  try {
    if (id !== undefined) await show(id, client, given, output)
    else await list({ ...wanted, ...(await userFilter(given, client)) }, limit, client, given, output)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

async function list(
  filter: InvocationQuery,
  limit: number,
  client: ManagementClient,
  given: CommandArguments,
  output: Output,
): Promise<void> {
  const [isJson, isFollowing] = [given.has('json'), given.has('follow')]
  const print = (found: readonly StoredInvocation[]) => {
    for (const invocation of found)
      output.print(isJson ? JSON.stringify(invocation) : invocationLine(invocation))
  }
  const query = { ...filter, ...(isJson && { is_whole: 'true' }) }
  const { found, isCut } = await newestInvocations(client, query, limit)
  if (isCut)
    output.printError('The text was looked for in the newest 10,000 that match. Narrow it with --until.')
  if (found.length === 0) output.printError(printable(await whyEmpty(client, filter)))
  if (!isJson && (found.length > 0 || isFollowing)) output.print(invocationHeader(output))
  print(found.toReversed())
  if (!isFollowing) return
  // Also the invocations that the filter leaves out move the mark, but a mark too far back only costs a look.
  let after = found[0]?.sequence ?? (await latest(client))?.sequence ?? 0
  await follow(async () => {
    const next = await invocationsAfter(client, query, after)
    print(next.found)
    after = next.next
  }, output)
}

async function latest(client: ManagementClient): Promise<StoredInvocation | undefined> {
  return (await newestInvocations(client, {}, 1)).found[0]
}

/** On standard error, so that it gets into no document. */
async function whyEmpty(client: ManagementClient, filter: InvocationQuery): Promise<string> {
  const newest = await latest(client)
  if (newest === undefined) {
    return `No invocations in ${client.where}. A workflow runs when a user signs in or refreshes, or when a machine gets a token. For another place use --to, --project, --data-dir or --database-url.`
  }
  const last = `the newest is of ${new Date(newest.startedAtMs).toISOString()}`
  return Object.keys(filter).length === 0
    ? `No invocations; ${last}.`
    : `No invocation matches the filters. Others exist: ${last}, of the workflow ${newest.workflowId} and the client ${newest.clientId}.`
}

async function show(
  id: string,
  client: ManagementClient,
  given: CommandArguments,
  output: Output,
): Promise<void> {
  const path = { invocation_id: id }
  if (given.has('case')) {
    const found = await client.call(mintageOperations.getInvocationCase, { path })
    return output.print(JSON.stringify(found.case, null, 2))
  }
  const { invocation: found, previous } = await client.call(mintageOperations.getInvocation, { path })
  const invocation = storedInvocation(found)
  if (given.has('event')) return output.print(JSON.stringify(runInputOf(invocation), null, 2))
  if (given.has('json')) return output.print(JSON.stringify(invocation, null, 2))
  const since = previous && sincePrevious(previous, invocation, output)
  output.print([invocationReport(invocation, output), ...(since === null ? [] : [since])].join('\n\n'))
}

/** The event with the claims that the tokens had before the workflow, in the form of event-file.ts. */
function runInputOf({ document }: StoredInvocation): JsonObject {
  const { event, ...recorded } = invocationDocumentSchema.parse(document)
  const before = tokenKinds.flatMap((token) => {
    const claims = recorded[token]?.before
    return claims === undefined ? [] : [[token, claims] as const]
  })
  return { event, ...Object.fromEntries(before) }
}
