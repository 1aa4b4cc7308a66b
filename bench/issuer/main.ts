// `npm run bench:issuer`: what a refresh costs, as ratios in one run: bare oidc-provider in memory, ours on SQLite, ours with a
// workflow, ours with a large directory. With `--soak`: ours for ten minutes, housekeeping included.
import { performance } from 'node:perf_hooks'
import { median } from '../measure.ts'
import { synchronousSignature } from '../signature.ts'
import { refreshFor, type LoadResult, type Subject } from './refresh-load.ts'
import { chains } from './same-claims.ts'
import { soak } from './soak.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

const secondsAt = process.argv.indexOf('--seconds')
if (process.argv.includes('--soak')) {
  await soak(secondsAt === -1 ? 600 : Number(process.argv[secondsAt + 1]))
  process.exit()
}

const isQuick = process.argv.includes('--quick')
const rounds = isQuick ? 5 : 15
const roundMs = 700
const smallDirectory = 1_000
const largeDirectory = isQuick ? 20_000 : 1_000_000

interface MeasuredSubject extends Subject {
  readonly processorMs: () => Promise<number>
}

const servers: ServerProcess[] = []
try {
  const subjects = [
    await start('bare oidc-provider, in memory', '/token', 'bare-server.ts', []),
    await start('ours, SQLite', '/oauth2/token', 'our-server.ts', ['none', String(smallDirectory)]),
    await start('ours, SQLite, with a workflow', '/oauth2/token', 'our-server.ts', [
      'workflow',
      String(smallDirectory),
    ]),
    await start(`ours, ${String(largeDirectory)} users`, '/oauth2/token', 'our-server.ts', [
      'none',
      String(largeDirectory),
    ]),
  ]
  const results = new Map(subjects.map(({ name }): [string, Round[]] => [name, []]))
  for (const subject of subjects) await refreshFor(subject, roundMs, chains)
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      const before = await subject.processorMs()
      const busy = await refreshFor(subject, roundMs, chains)
      const processorMs = ((await subject.processorMs()) - before) / busy.refreshes
      const single = await refreshFor(subject, roundMs / 2, 1)
      results.get(subject.name)?.push({ busy, single, processorMs })
    }
  }
  console.log(`One RS256 signature: ${(await signatureMs()).toFixed(2)} ms. A refresh makes two.`)
  report([...results])
} finally {
  await Promise.all(servers.map((server) => server.end()))
}

interface Round {
  readonly busy: LoadResult
  readonly single: LoadResult
  /** Processor time of the server for each refresh of `busy`, in milliseconds. */
  readonly processorMs: number
}

async function start(
  name: string,
  tokenPath: string,
  file: string,
  args: readonly string[],
): Promise<MeasuredSubject> {
  const server = await startServerProcess(file, args)
  servers.push(server)
  return { name, tokenPath, issuer: server.issuer, tokens: server.tokens, processorMs: server.processorMs }
}

/** On this machine, on one thread: what a reader can compare it with. */
async function signatureMs(): Promise<number> {
  const sign = await synchronousSignature()
  const signatures = 300
  const startedAt = performance.now()
  for (let count = 0; count < signatures; count += 1) await sign()
  return (performance.now() - startedAt) / signatures
}

function report(results: readonly (readonly [string, readonly Round[]])[]): void {
  console.table(
    results.map(([name, all]) => ({
      name,
      perSecond: median(all.map(({ busy }) => busy.perSecond)),
      'processor ms each': median(all.map(({ processorMs }) => processorMs)),
      p50Ms: median(all.map(({ single }) => single.p50Ms)),
      p99Ms: median(all.map(({ single }) => single.p99Ms)),
    })),
  )
  const [bare, plain, workflow, large] = results.map(([, all]) => all)
  if (!bare || !plain || !workflow || !large) return
  const throughput = ({ busy }: Round) => busy.perSecond
  const latency = ({ single }: Round) => single.p50Ms
  const goals = [
    ['with a workflow, throughput', ratio(workflow, plain, throughput), 'at least', 0.8],
    ['with a workflow, p50 latency', ratio(workflow, plain, latency), 'at most', 1.25],
    ['without a workflow, throughput of bare oidc-provider', ratio(plain, bare, throughput), 'at least', 0.8],
    ['many users, throughput of few', ratio(large, plain, throughput), 'at least', 0.9],
    ['many users, p50 latency of few', ratio(large, plain, latency), 'at most', 1.1],
  ] as const
  console.table(
    goals.map(([goal, value, bound, limit]) => ({
      goal,
      ratio: Number(value.toFixed(2)),
      bound: `${bound} ${String(limit)}`,
    })),
  )
}

/** The median of what each round says: its parts are a second apart, medians of the whole run are a minute apart. */
function ratio(
  subject: readonly Round[],
  reference: readonly Round[],
  figure: (round: Round) => number,
): number {
  const ratios = subject.flatMap((round, index) => {
    const other = reference[index]
    return other === undefined ? [] : [figure(round) / figure(other)]
  })
  return median(ratios)
}
