// `node bench/issuer/secret-timing.ts`: whether the time of a refusal tells how near a client's wrong secret was (assurance AS-20). Welch's
// t of each kind of wrong secret against one of the right length that shares nothing with the right one; beyond 4.5, as in dudect,
// the two can be distinguished. The last row is the same secret under two names: what chance gives.
import { randomInt } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { postForm } from './form-post.ts'
import { client } from './same-claims.ts'
import { startServerProcess } from './server-process.ts'

const requests = Number(process.argv[2] ?? 10_000)
const warmUp = 500
const bound = 4.5
/** Of each kind, so that a pause of the machine falls on neither. */
const keptShare = 0.95

const strange = '-'.repeat(client.secret.length)
const kinds: Readonly<Record<string, string>> = {
  'right length, nothing right': strange,
  'one character': '-',
  'twice the length': strange + strange,
  'right but for its last character': `${client.secret.slice(0, -1)}-`,
  'right, and one character more': `${client.secret}-`,
  'right length, nothing right, again': strange,
}

const longest = Math.max(...Object.values(kinds).map((secret) => secret.length))

const server = await startServerProcess('our-server.ts', ['none', '1'])
const times = new Map(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]))
for (let round = 0; round < warmUp + requests; round += 1) {
  for (const [kind, secret] of shuffled(Object.entries(kinds))) {
    const from = performance.now()
    const answer = await postForm(`${server.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: secret,
      // The server ignores it: it makes all requests equally long, because a longer one takes longer to read.
      padding: '-'.repeat(longest - secret.length),
    })
    const tookMs = performance.now() - from
    if (!answer.includes('"invalid_client"')) throw new Error(`${kind}: ${answer.slice(0, 300)}`)
    if (round >= warmUp) times.get(kind)?.push(tookMs)
  }
}
await server.end()

const samples = [...times].map(([kind, all]) => ({ kind, ...summary(all) }))
const [reference] = samples
if (reference)
  console.table(
    samples.slice(1).map((sample) => {
      const t = welch(sample, reference)
      return {
        'wrong secret': sample.kind,
        'mean µs': Math.round(sample.mean * 1_000),
        'of the reference': Math.round(reference.mean * 1_000),
        t: Number(t.toFixed(1)),
        distinguished: Math.abs(t) > bound,
      }
    }),
  )

interface Summary {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

function summary(all: readonly number[]): Summary {
  const kept = all.toSorted((a, b) => a - b).slice(0, Math.floor(all.length * keptShare))
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length
  const variance = kept.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (kept.length - 1)
  return { count: kept.length, mean, variance }
}

function welch(a: Summary, b: Summary): number {
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count)
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: randomInt(2 ** 32) }))
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item)
}
