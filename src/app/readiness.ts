// Whether the server can serve: a list of named checks, run at each probe. The answer comes in time also when a check does not
// come back, because a load balancer that waits for it takes the server for slow and not for unavailable. It names parts; what is
// wrong with them is for the log.
import { setTimeout } from 'node:timers/promises'
import { reasonOf } from '../errors/index.ts'
import type { Logger } from '../telemetry/index.ts'

/** Rejects, or throws, when its part of the server cannot serve. */
export type ReadinessCheck = () => void | Promise<void>

/** Load balancers give up after a few seconds, some after two. */
const longestMs = 1_000

/** Names of the parts that cannot serve now; never rejects. */
export function readiness(
  checks: Readonly<Record<string, ReadinessCheck>>,
  log: Logger,
): () => Promise<readonly string[]> {
  const parts = Object.entries(checks).map(([name, check]) => part(name, check, log))
  return async () => {
    const found = await Promise.all(parts.map((one) => one.isAvailable()))
    return parts.flatMap(({ name }, index) => (found[index] ? [] : [name]))
  }
}

interface Part {
  readonly name: string
  isAvailable(): Promise<boolean>
}

/** Probes at the same time share one check, also with a check that has not come back yet. */
function part(name: string, check: ReadinessCheck, log: Logger): Part {
  let running: Promise<void> | undefined
  let wasAvailable = true

  function run(): Promise<void> {
    return (running ??= (async () => check())().finally(() => (running = undefined)))
  }

  /** One record when a part is lost and one when it is back, however often it is probed. */
  function settle(isAvailable: boolean, error?: unknown): boolean {
    if (isAvailable && !wasAvailable) log.info('part_available', { part: name })
    if (!isAvailable && wasAvailable) log.error('part_unavailable', { part: name, ...reasonOf(error) })
    wasAvailable = isAvailable
    return isAvailable
  }

  async function isAvailable(): Promise<boolean> {
    const timer = new AbortController()
    const tooLong = setTimeout(longestMs, new Error(`No answer within ${String(longestMs)} ms.`), {
      signal: timer.signal,
    })
    try {
      const failure = await Promise.race([run(), tooLong])
      return settle(failure === undefined, failure)
    } catch (error) {
      return settle(false, error)
    } finally {
      timer.abort()
      // Ends by the abort above.
      tooLong.catch(() => {})
    }
  }

  return { name, isAvailable }
}
