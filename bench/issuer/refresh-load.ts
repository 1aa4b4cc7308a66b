// The load: every chain refreshes as soon as it has its answer, over kept connections. Rounds of all subjects take turns, so that the
// machine's mood hits all of them.
import { performance } from 'node:perf_hooks'
import { postForm } from './form-post.ts'
import { client } from './same-claims.ts'

export interface Subject {
  readonly name: string
  readonly issuer: string
  readonly tokenPath: string
  /** The current refresh token of each chain; replaced as they rotate. */
  readonly tokens: string[]
}

export interface LoadResult {
  readonly refreshes: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function refreshFor(
  subject: Subject,
  durationMs: number,
  inFlight: number,
  onRefresh: () => void = () => {},
): Promise<LoadResult> {
  const latencies: number[] = []
  const startedAt = performance.now()
  const until = startedAt + durationMs
  await Promise.all(
    Array.from({ length: inFlight }, async (_, chain) => {
      while (performance.now() < until) {
        const from = performance.now()
        subject.tokens[chain] = await refresh(subject, subject.tokens[chain] ?? '')
        latencies.push(performance.now() - from)
        onRefresh()
      }
    }),
  )
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return {
    refreshes: latencies.length,
    perSecond: (latencies.length * 1_000) / (performance.now() - startedAt),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

async function refresh({ issuer, tokenPath, name }: Subject, refreshToken: string): Promise<string> {
  const text = await postForm(`${issuer}${tokenPath}`, {
    grant_type: 'refresh_token',
    client_id: client.id,
    client_secret: client.secret,
    refresh_token: refreshToken,
  })
  const next: unknown = Reflect.get(Object(JSON.parse(text)), 'refresh_token')
  if (typeof next !== 'string') throw new Error(`${name} answered ${text.slice(0, 300)}`)
  return next
}
