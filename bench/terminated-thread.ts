// What a lost thread costs: 100 runs are in flight on a pool, half of them waiting for an answer of the network, half for
// a timer, when one more run hangs inside a native function of the engine, where only the end of its thread helps. The
// pool notices and terminates the thread; from then on it is measured when the next run has come back, and whether all
// 100 are answered: completed on the other thread, tried once more, or `crashed` when they had made a call.
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { defaultLimits, openSandbox, type Invocation, type PreparedDeployment } from '../src/runtime/index.ts'
import { prepareOurs, runOurs } from './subjects/ours.ts'
import { loadWorkload } from './workloads.ts'

export interface TerminatedThread {
  readonly inFlight: number
  readonly answered: number
  /** How the runs in flight ended, by kind of outcome. */
  readonly outcomes: Readonly<Record<string, number>>
  /** From the hanging run's first instruction to the end of its thread: the running-time limit, a grace, and what it took. */
  readonly noticedAfterMs: number
  /** From the loss of the thread until a run that was started then had come back. */
  readonly nextRunMs: number
  /** Four such runs, one for each thread twice over: the slowest waits for the replacement. */
  readonly slowestNextRunMs: number
}

const runsInFlight = 100
/** Longer than the pool needs to notice. */
const waitMs = 2_500
const nextRuns = 4

export async function measureTerminatedThread(): Promise<TerminatedThread> {
  const network = await openSilentServer()
  const sandbox = await openSandbox({ hostCalls: { allow: [network.origin] } })
  const [small, hanging] = await Promise.all([loadWorkload('small'), loadWorkload('hanging')])
  const nextDeployment = await prepareOurs(sandbox, small)
  const deployment = await prepareOurs(sandbox, hanging)
  await Promise.all(Array.from({ length: 50 }, async () => runOurs(sandbox, nextDeployment, small.input)))

  const started = Array.from({ length: runsInFlight }, async (_, index) =>
    sandbox.invoke(invocation(deployment, index % 2 === 0 ? 'ask' : 'wait', network.origin)),
  )
  await network.askedBy(runsInFlight / 2)
  const hungAt = performance.now()
  const hung = sandbox.invoke(invocation(deployment, 'hang', network.origin))
  while (sandbox.stats().threadsLost === 0) await new Promise((resolve) => setImmediate(resolve))
  const lostAt = performance.now()
  const next = Array.from({ length: nextRuns }, async () => {
    await runOurs(sandbox, nextDeployment, small.input)
    return performance.now() - lostAt
  })
  const nextMs = await Promise.all(next)
  network.answerAll()
  const results = await Promise.all(started)
  await hung
  await sandbox.close()
  network.close()
  return {
    inFlight: runsInFlight,
    answered: results.length,
    outcomes: countBy(results.map(({ outcome }) => outcome.kind)),
    noticedAfterMs: lostAt - hungAt,
    nextRunMs: Math.min(...nextMs),
    slowestNextRunMs: Math.max(...nextMs),
  }
}

function invocation(deployment: PreparedDeployment, part: 'ask' | 'wait' | 'hang', url: string): Invocation {
  return {
    id: 'bench',
    deployment,
    event: { part, url, waitMs },
    claims: {},
    environment: {},
    localization: {},
    limits: { ...defaultLimits, callMs: defaultLimits.wallClockMs },
  }
}

/** Answers `/hang` at once and everything else when it is asked to. */
async function openSilentServer() {
  const held: ServerResponse[] = []
  const server: Server = createServer((request, response) => {
    if (request.url === '/hang') response.end('go on')
    else held.push(response)
    server.emit('held')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async askedBy(runs: number) {
      while (held.length < runs) await once(server, 'held')
    },
    answerAll: () => held.forEach((response) => response.end('at last')),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function countBy(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
