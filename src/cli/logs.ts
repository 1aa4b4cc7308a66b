// `mintage logs`: the recorded invocations, straight from the database. It needs no server, and disturbs none that runs.
import { setTimeout as delay } from 'node:timers/promises'
import { identifierOf } from '../directory/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import { openExistingStore } from '../server/index.ts'
import type { InvocationFilter, Store, StoredInvocation } from '../store/index.ts'
import { runEndings } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { invocationLine, invocationReport } from './invocation-report.ts'
import type { Output } from './output.ts'
import { untilStopped } from './stop-signal.ts'

export const logsCommand: Command = {
  name: 'logs',
  summary: 'Show the runs of workflows that the server recorded.',
  operands: '[show ID] [options]',
  maxOperands: 2,
  options: [
    { name: 'follow', summary: 'Go on with each new one, until it is stopped.' },
    { name: 'user', value: 'ID|EMAIL', summary: 'Only those of this user.' },
    {
      name: 'outcome',
      value: 'OUTCOME',
      summary: 'Only those that ended so, such as completed, denied, threw.',
    },
    { name: 'limit', value: 'N', summary: 'The newest N; default 20.' },
    { name: 'json', summary: 'One JSON document on each line; with show, one for reading.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: [
    'mintage logs --follow',
    'mintage logs --user ada@example.com --outcome threw',
    'mintage logs show inv_…',
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
  const limit = parseLimit(given.value('limit'))
  const outcome = parseOutcome(given.value('outcome'))
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    if (id !== undefined) return await show(id, store, given.has('json'), output)
    const userId = await userIdOf(given.value('user'), store)
    const filter = { ...(userId !== undefined && { userId }), ...(outcome !== undefined && { outcome }) }
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
    for (const invocation of found)
      output.print(given.has('json') ? JSON.stringify(invocation) : invocationLine(invocation))
  }
  const newest = (await store.invocations.list({ ...filter, limit })).toReversed()
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

async function show(id: string, store: Store, asJson: boolean, output: Output): Promise<ExitCode> {
  const invocation = await store.invocations.find(id)
  if (invocation === undefined) {
    throw new ConfigError(
      'usage',
      `There is no invocation ${JSON.stringify(id)}; it may be older than records are kept.`,
      {
        hint: 'mintage logs shows those that there are.',
      },
    )
  }
  output.print(asJson ? JSON.stringify(invocation, null, 2) : invocationReport(invocation, output))
  return exitCodes.ok
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

function parseOutcome(given: string | undefined): string | undefined {
  if (given === undefined || runEndings.some((known) => known === given)) return given
  const meant = nearest(given, runEndings)
  const hint = meant === undefined ? `The outcomes are ${runEndings.join(', ')}.` : `Did you mean ${meant}?`
  throw usage(logsCommand, `There is no outcome ${JSON.stringify(given)}.`, hint)
}

function parseLimit(given: string | undefined): number {
  if (given === undefined) return defaultLimit
  const limit = Number(given)
  if (/^\d+$/.test(given) && limit >= 1 && limit <= mostShown) return limit
  throw usage(logsCommand, `--limit needs a whole number from 1 to ${mostShown}.`)
}
