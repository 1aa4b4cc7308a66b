// `mintage logs`: the recorded invocations, straight from the database. It needs no server, and disturbs none that runs.
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../errors/index.ts'
import { tokenKinds, type JsonObject } from '../oauth/index.ts'
import { openExistingStore } from '../app/index.ts'
import { caseOfInvocation, notReplayable, recordedInvocation } from '../replays/index.ts'
import type { InvocationFilter, Store, StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema, withCurrentEnding } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { invocationHeader, invocationLine, invocationReport } from './invocation-report.ts'
import { sincePrevious } from './previous-invocation.ts'
import { hasText, newestWith, parseFilter, userIdOf } from './logs-filter.ts'
import { printable, type Output } from './output.ts'
import { untilStopped } from './stop-signal.ts'

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
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage logs --follow',
    'mintage logs --user ada@example.com --outcome threw',
    'mintage logs --since 2h --workflow tokens',
    'mintage logs show inv_…',
    'mintage logs show inv_… --event > event.json',
    'mintage logs show inv_… --case > case.json',
  ],
  run,
}

const defaultLimit = 20
const mostShown = 10_000
const followIntervalMs = 400

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
  const limit = parseLimit(given.value('limit'))
  const wanted = parseFilter(logsCommand, given)
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    if (id !== undefined) return await show(id, store, given, output)
    const userId = await userIdOf(given.value('user'), store)
    const filter = { ...wanted, ...(userId !== undefined && { userId }) }
    await list(store, { ...filter, limit }, given, output)
    return exitCodes.ok
  } finally {
    await store.close()
  }
}

async function list(
  store: Store,
  { limit, ...filter }: InvocationFilter,
  given: CommandArguments,
  output: Output,
): Promise<void> {
  const print = (found: readonly StoredInvocation[]) => {
    for (const invocation of found.map(withCurrentEnding))
      output.print(given.has('json') ? JSON.stringify(invocation) : invocationLine(invocation))
  }
  const text = given.value('text')?.toLowerCase()
  const newest = (await newestWith(text, { ...filter, limit }, store, output)).toReversed()
  if (newest.length === 0)
    output.printError(await whyEmpty(store, { ...filter, ...(text !== undefined && { text }) }))
  if (!given.has('json') && (newest.length > 0 || given.has('follow'))) output.print(invocationHeader(output))
  print(newest)
  if (!given.has('follow')) return

  const stopped = untilStopped()
  // Also the invocations that the filter leaves out move the mark, but a mark too far back only costs a look.
  let afterSequence =
    newest.at(-1)?.sequence ?? (await store.invocations.list({ limit: 1 }))[0]?.sequence ?? 0
  while (!stopped.signal.aborted) {
    const next = await store.invocations.list({
      ...filter,
      afterSequence,
      order: 'oldest-first',
      limit: mostShown,
    })
    print(next.filter((invocation) => hasText(invocation, text)))
    afterSequence = next.at(-1)?.sequence ?? afterSequence
    await delay(followIntervalMs, undefined, { signal: stopped.signal }).catch(() => {})
  }
}

/** On standard error, so that it gets into no document. */
async function whyEmpty(store: Store, filter: object): Promise<string> {
  const [latest] = await store.invocations.list({ limit: 1 })
  if (latest === undefined) {
    return `No invocations in ${store.description}. A workflow runs when a user signs in or refreshes, or when a machine gets a token. For another database use --project, --data-dir or --database-url.`
  }
  const last = `the newest is of ${new Date(latest.startedAtMs).toISOString()}`
  return Object.keys(filter).length === 0
    ? `No invocations; ${last}.`
    : `No invocation matches the filters. Others exist: ${last}, of the workflow ${latest.workflowId} and the client ${latest.clientId}.`
}

async function show(id: string, store: Store, given: CommandArguments, output: Output): Promise<ExitCode> {
  const found = await store.invocations.find(id)
  if (found === undefined) {
    throw new ConfigError(
      'usage',
      `There is no invocation ${JSON.stringify(id)}; it may have been deleted because of its age.`,
      {
        hint: 'mintage logs lists the recorded invocations.',
      },
    )
  }
  const invocation = withCurrentEnding(found)
  if (given.has('case')) output.print(JSON.stringify(await caseOf(found, store, output), null, 2))
  else if (given.has('event')) output.print(JSON.stringify(runInputOf(invocation), null, 2))
  else if (given.has('json')) output.print(JSON.stringify(invocation, null, 2))
  else {
    const since = await sincePrevious(invocation, store, output)
    output.print([invocationReport(invocation, output), ...(since === '' ? [] : [since])].join('\n\n'))
  }
  return exitCodes.ok
}

/** Throws ConfigError `recording_missing`. */
async function caseOf(found: StoredInvocation, store: Store, output: Output): Promise<object> {
  const invocation = recordedInvocation(found, await store.recordings.find(found.id))
  if (typeof invocation === 'string')
    throw new ConfigError('recording_missing', `${found.id} has no case: ${notReplayable[invocation]}.`)
  const ran = [...invocation.recordings.keys()]
  if (ran.length > 1) {
    const warning = `warning: ${ran.join(', ')} ran in this invocation. A case runs one workflow, here ${found.workflowId}, so it may end in something else than "expected" says. To run all of them: mintage replay ${found.id}`
    output.printError(output.styleError('yellow', printable(warning)))
  }
  return caseOfInvocation(invocation)
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

function parseLimit(given: string | undefined): number {
  if (given === undefined) return defaultLimit
  const limit = Number(given)
  if (/^\d+$/.test(given) && limit >= 1 && limit <= mostShown) return limit
  throw usage(logsCommand, `--limit needs a whole number from 1 to ${mostShown}.`)
}
