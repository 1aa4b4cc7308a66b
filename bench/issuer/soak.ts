// `npm run bench:issuer -- --soak [--seconds N]`: refreshes under full load on a database with more records of runs than are kept, so
// that housekeeping works all the time. Shows whether a second falls behind, and how long the event loop of the server stood.
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { median } from '../measure.ts'
import { refreshFor } from './refresh-load.ts'
import { chains } from './same-claims.ts'
import { startServerProcess } from './server-process.ts'

/** 40,000 more than `settings.invocations.keepCount` is. */
const records = 140_000
const goal = 0.5

const endSchema = z.object({ loopP99Ms: z.number(), loopMaxMs: z.number(), records: z.int() })

export async function soak(seconds: number): Promise<void> {
  const server = await startServerProcess('our-server.ts', ['workflow', '1000', String(records)])
  const subject = { name: 'ours', issuer: server.issuer, tokenPath: '/oauth2/token', tokens: server.tokens }
  const perSecond: number[] = Array.from({ length: seconds }, () => 0)
  try {
    await refreshFor(subject, 2_000, chains)
    const startedAt = performance.now()
    await refreshFor(subject, seconds * 1_000, chains, () => {
      const second = Math.floor((performance.now() - startedAt) / 1_000)
      if (second < seconds) perSecond[second] = (perSecond[second] ?? 0) + 1
    })
  } finally {
    const end = endSchema.parse(await server.end())
    const middle = median(perSecond)
    const worst = Math.min(...perSecond)
    console.table([
      {
        seconds,
        'median per second': middle,
        'worst second': worst,
        ratio: Number((worst / middle).toFixed(2)),
        bound: `at least ${String(goal)}`,
        'event loop p99 ms': end.loopP99Ms,
        'event loop max ms': end.loopMaxMs,
        'records at the end': end.records,
      },
    ])
  }
}
