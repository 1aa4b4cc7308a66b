// `mintage logs`: the recorded invocations, straight from the database. It needs no server, and disturbs none that runs.
import { setTimeout as delay } from 'node:timers/promises'
import { identifierOf } from '../directory/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import { tokenKinds, type JsonObject } from '../oauth/index.ts'
import { openExistingStore } from '../app/index.ts'
import { caseOfInvocation, notReplayable, recordedInvocation } from '../replays/index.ts'
import type { InvocationFilter, Store, StoredInvocation } from '../store/index.ts'
import {
  endingErrorCode,
  invocationDocumentSchema,
  runEndings,
  storedEndings,
  withCurrentEnding,
} from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { invocationHeader, invocationLine, invocationReport } from './invocation-report.ts'
import type { Output } from './output.ts'
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
    { name: 'client', value: 'ID', summary: 'Only tokens of this client id.' },
    { name: 'workflow', value: 'ID', summary: 'Only the workflow with this id.' },
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
  const sinceMs = parseSince(given.value('since'))
  const limit = parseLimit(given.value('limit'))
  const outcomes = parseOutcome(given.value('outcome'))
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    if (id !== undefined) return await show(id, store, given, output)
    const userId = await userIdOf(given.value('user'), store)
    const [clientId, workflowId] = [given.value('client'), given.value('workflow')]
    const filter = {
      ...(userId !== undefined && { userId }),
      ...(outcomes !== undefined && { outcomes }),
      ...(sinceMs !== undefined && { sinceMs }),
      ...(clientId !== undefined && { clientId }),
      ...(workflowId !== undefined && { workflowId }),
    }
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
  const newest = (await store.invocations.list({ ...filter, limit })).toReversed()
  if (newest.length === 0) output.printError(await whyEmpty(store, filter))
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
    print(next)
    afterSequence = next.at(-1)?.sequence ?? afterSequence
    await delay(followIntervalMs, undefined, { signal: stopped.signal }).catch(() => {})
  }
}

/** On standard error, so that it gets into no document. */
async function whyEmpty(store: Store, filter: Omit<InvocationFilter, 'limit'>): Promise<string> {
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
  if (given.has('case')) output.print(JSON.stringify(await caseOf(found, store), null, 2))
  else if (given.has('event')) output.print(JSON.stringify(runInputOf(invocation), null, 2))
  else if (given.has('json')) output.print(JSON.stringify(invocation, null, 2))
  else output.print(invocationReport(invocation, output))
  return exitCodes.ok
}

/** Throws ConfigError `recording_missing`. */
async function caseOf(found: StoredInvocation, store: Store): Promise<object> {
  const invocation = recordedInvocation(found, await store.recordings.find(found.id))
  if (typeof invocation !== 'string') return caseOfInvocation(invocation)
  throw new ConfigError('recording_missing', `${found.id} has no case: ${notReplayable[invocation]}.`)
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

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration before now, or a time; a time without a zone is UTC, as the list shows it. */
function parseSince(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(given) ?? []
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')
    return Date.now() - Number(amount) * unitMs[unit]
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(given) ??
    []
  const atMs = Date.parse(`${day}T${time}${zone}`)
  if (!Number.isNaN(atMs)) return atMs
  throw usage(
    logsCommand,
    `--since does not take ${JSON.stringify(given)}.`,
    'Write a duration (30s, 15m, 2h, 7d) or a time (2026-11-28, 2026-11-28T10:00, 2026-11-28T10:00:00+01:00).',
  )
}

/** An address is looked up; anything else is an id. */
async function userIdOf(given: string | undefined, store: Store): Promise<string | undefined> {
  if (given === undefined || !given.includes('@')) return given
  const identifier = identifierOf('email', given)
  const found = identifier && (await store.directory.identity('email', identifier.normalized))
  if (found) return found.userId
  throw new ConfigError('usage', `No user has the address ${JSON.stringify(given)}.`, {
    hint: 'Check the address, or give the id of the user.',
  })
}

/** Errors show the code of an outcome, so that is taken as well: `memory_exceeded` for `memory-exceeded`. Gives every stored name. */
function parseOutcome(given: string | undefined): InvocationFilter['outcomes'] {
  if (given === undefined) return undefined
  const found = runEndings.find((known) => known === given || endingErrorCode(known) === given)
  if (found !== undefined) return storedEndings(found)
  const codes = runEndings.flatMap((known) => endingErrorCode(known) ?? [])
  const meant = nearest(given, [...runEndings, ...codes])
  const hint = meant === undefined ? `The outcomes are ${runEndings.join(', ')}.` : `Did you mean ${meant}?`
  throw usage(logsCommand, `There is no outcome ${JSON.stringify(given)}.`, hint)
}

function parseLimit(given: string | undefined): number {
  if (given === undefined) return defaultLimit
  const limit = Number(given)
  if (/^\d+$/.test(given) && limit >= 1 && limit <= mostShown) return limit
  throw usage(logsCommand, `--limit needs a whole number from 1 to ${mostShown}.`)
}
