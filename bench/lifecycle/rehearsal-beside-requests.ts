// `node bench/lifecycle/rehearsal-beside-requests.ts [--quick]`: refreshes per second of a server that rehearses its users meanwhile, as a share
// of those of the same server before. A rehearsal has so many users that it is still under way when the refreshes end; without them it is done soon.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { refreshFor } from '../issuer/refresh-load.ts'
import { chains } from '../issuer/same-claims.ts'
import { startServerProcess, type ServerProcess } from '../issuer/server-process.ts'
import { median } from '../measure.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const rounds = options.quick === true ? 3 : 10
const roundMs = 5_000
const users = 10_000

const progressSchema = z.looseObject({ state: z.string(), users: z.int() })

const server = await startServerProcess('our-server.ts', ['workflow', String(users)])
try {
  const subject = { name: 'ours', issuer: server.issuer, tokenPath: '/oauth2/token', tokens: server.tokens }
  const load = async () => (await refreshFor(subject, roundMs, chains)).perSecond
  await load()
  const measured: { readonly without: number; readonly beside: number; readonly rehearsed: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const without = await load()
    await server.ask('rehearse')
    const before = await untilRunning(server)
    const beside = await load()
    const after = await progress(server)
    if (after.state !== 'running')
      throw new Error(`The rehearsal ended before the refreshes: ${after.state}.`)
    measured.push({ without, beside, rehearsed: ((after.users - before.users) * 1_000) / roundMs })
    while ((await progress(server)).state === 'running') await pause(200)
  }
  console.table(
    measured.map(({ without, beside, rehearsed }) => ({
      'refreshes per second': Math.round(without),
      'beside a rehearsal': Math.round(beside),
      'users rehearsed per second': Math.round(rehearsed),
      ratio: Number((beside / without).toFixed(2)),
    })),
  )
  const ratio = median(measured.map(({ without, beside }) => beside / without))
  console.log(`throughput beside a rehearsal: ${ratio.toFixed(2)} of that without (goal: at least 0.8)`)
} finally {
  await server.end()
}

async function untilRunning(asked: ServerProcess) {
  for (;;) {
    const seen = await progress(asked)
    if (seen.state !== 'waiting') return seen
    await pause(50)
  }
}

async function progress(asked: ServerProcess) {
  return progressSchema.parse(await asked.ask('how far is the rehearsal'))
}
