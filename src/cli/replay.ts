// `mintage replay`: recorded invocations run again, with a project that does not serve. It says what would have been issued differently.
// Nothing is issued, recorded or called.
import { availableParallelism } from 'node:os'
import { ConfigError } from '../errors/index.ts'
import { openExistingStore, runLimits } from '../app/index.ts'
import {
  notReplayable,
  recordedInvocation,
  replayDocument,
  replayInvocation,
  replayMany,
  type ReplayDocument,
  type ReplayReport,
} from '../replays/index.ts'
import { mintageOperations, mostReplayedByServer } from '../management/index.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import type { Store } from '../store/index.ts'
import type { LiveProject } from '../workflows/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { parseUsedDataOptions } from './data-options.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { buildGivenProject, readGivenFile } from './given-project.ts'
import { managementOptions, openManagementClient } from './management-client.ts'
import type { Output } from './output.ts'
import { replayReportText, replayText } from './replay-report.ts'

const mostReplayed = 100_000

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Run recorded invocations again and show what would have been issued differently.',
  operands: 'ID|--last N [--with DIR|--deployment ID] [options]',
  maxOperands: 1,
  options: [
    { name: 'with', value: 'DIR', summary: 'The project to run them with.' },
    {
      name: 'deployment',
      value: 'ID',
      summary: 'The stored deployment to run them with. Default: the one that each was recorded with.',
    },
    {
      name: 'last',
      value: 'N',
      summary: `The newest N invocations, up to ${mostReplayed}; without --with up to ${mostReplayedByServer}.`,
    },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: ['mintage replay inv_… --with .', 'mintage replay --last 1000 --with . --json'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [id] = given.operands
  const dir = given.value('with')
  const last = parseLast(given.value('last'), dir === undefined ? mostReplayedByServer : mostReplayed)
  if ((id === undefined) === (last === undefined))
    throw usage(
      replayCommand,
      'Give the ID of an invocation, or --last N.',
      'mintage replay --last 1000 --with .',
    )
  if (dir === undefined) return withStored(id, last, given, output)
  if (given.has('deployment')) throw usage(replayCommand, 'Give --with or --deployment, not both.')
  if (given.has('to'))
    throw usage(
      replayCommand,
      '--with builds a project here, and --to names a server elsewhere.',
      'mintage deploy DIR --draft --to URL, then mintage replay --last 1000 --deployment ID --to URL',
    )
  const file = await readGivenFile(dir)
  const { strictClaims, limits } = file.settings
  await using opened = new AsyncDisposableStack()
  const store = await openExistingStore(await parseUsedDataOptions(given))
  opened.defer(() => store.close())
  const sandbox = await openSandbox({
    threads: availableParallelism(),
    memoryBytes: runLimits(limits).memoryBytes,
  })
  opened.defer(() => sandbox.close())
  const project = await buildGivenProject(dir, file, sandbox, output)
  if (project === undefined) return exitCodes.build
  const replaying = { store, sandbox, project, strictClaims }
  // Awaited here: what was opened closes when this function returns.
  return id === undefined
    ? await many(last ?? 0, replaying, given, output)
    : await one(id, replaying, given, output)
}

/** By the operation, on a server or on the project's database. */
async function withStored(
  id: string | undefined,
  last: number | undefined,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const client = await openManagementClient(given)
  try {
    const deploymentId = given.value('deployment')
    const { replay, invocation } = await client.call(mintageOperations.createReplay, {
      body: {
        ...(id !== undefined && { invocation_id: id }),
        ...(last !== undefined && { last }),
        ...(deploymentId !== undefined && { deployment_id: deploymentId }),
      },
    })
    if (invocation) return tellOne(invocation, given, output)
    if (id !== undefined && replay.replayed === 0) throw unreplayable(id, replay.notReplayed[0]?.reason)
    return tellMany(replay, given, output)
  } finally {
    await client.close()
  }
}

interface Replaying {
  readonly store: Store
  readonly sandbox: Sandbox
  readonly project: LiveProject
  readonly strictClaims: boolean
}

async function one(
  id: string,
  { store, sandbox, project, strictClaims }: Replaying,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const stored = await store.invocations.find(id)
  if (stored === undefined)
    throw new ConfigError('usage', `There is no invocation ${JSON.stringify(id)}.`, {
      hint: 'mintage logs lists the recorded invocations; older ones have been deleted.',
    })
  const invocation = recordedInvocation(stored, await store.recordings.find(id))
  if (typeof invocation === 'string') throw unreplayable(id, notReplayable[invocation])
  const serving = project.serving(invocation.request.event.trigger)
  const replay = await replayInvocation(invocation, { sandbox, serving, strictClaims })
  return tellOne(replayDocument(replay, serving?.id ?? null), given, output)
}

async function many(
  last: number,
  { store, sandbox, project, strictClaims }: Replaying,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const deploymentId =
    project.serving('user:tokens_generation')?.id ?? project.serving('m2m:token_generation')?.id ?? null
  const report = await replayMany({
    store,
    sandbox,
    strictClaims,
    deploymentId,
    serving: (trigger) => Promise.resolve(project.serving(trigger)),
    filter: {},
    last,
    onProgress: progress(last, output),
  })
  return tellMany(report, given, output)
}

function tellOne(replay: ReplayDocument, given: CommandArguments, output: Output): ExitCode {
  output.print(given.has('json') ? JSON.stringify(replay, null, 2) : replayText(replay, output))
  return replay.identical ? exitCodes.ok : exitCodes.differs
}

function tellMany(report: ReplayReport, given: CommandArguments, output: Output): ExitCode {
  output.print(given.has('json') ? JSON.stringify(report, null, 2) : replayReportText(report, output))
  // A check in CI that compares nothing must not pass.
  if (report.replayed === 0 && report.notReplayed.length > 0) {
    const error = new ConfigError('recording_missing', 'These invocations cannot be replayed.')
    output.printError(errorText(error, undefined, output.styleError))
    return exitCodes.usage
  }
  return report.differing === 0 ? exitCodes.ok : exitCodes.differs
}

function unreplayable(id: string, reason = 'the server does not say why'): ConfigError {
  return new ConfigError('recording_missing', `${id} cannot be replayed: ${reason}.`)
}

const progressEveryMs = 1_000

/** On standard error, so that it gets into no document. */
function progress(last: number, output: Output): (done: number) => void {
  let toldAtMs = performance.now()
  return (done) => {
    if (performance.now() - toldAtMs < progressEveryMs) return
    toldAtMs = performance.now()
    output.printError(`replayed ${done} of ${last}`)
  }
}

/** `most`: with a stored deployment the server runs them during one request. */
function parseLast(given: string | undefined, most: number): number | undefined {
  if (given === undefined) return undefined
  const last = Number(given)
  if (/^\d+$/.test(given) && last >= 1 && last <= most) return last
  const rule = `--last needs a whole number from 1 to ${most}`
  throw most === mostReplayed
    ? usage(replayCommand, `${rule}.`)
    : usage(replayCommand, `${rule} without --with.`, 'mintage replay --last 5000 --with .')
}
