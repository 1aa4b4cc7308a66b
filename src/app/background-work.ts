// Work that no answer waits for, so that the time of an answer tells nothing (a mail, a hash). It ends before the server does.
import { setTimeout as delay } from 'node:timers/promises'
import type { Background } from '../directory/index.ts'
import type { Logger } from '../telemetry/index.ts'

export interface BackgroundWork {
  readonly run: Background
  /** Resolves when nothing is under way any more, or after `withinMs`: what is still under way then is logged and given up. */
  drain(withinMs?: number): Promise<void>
}

export function backgroundWork(log: Logger): BackgroundWork {
  const underWay = new Set<Promise<void>>()
  return {
    run(task) {
      const work = task()
        .catch((error: unknown) => log.error('background_work_failed', { error }))
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    async drain(withinMs = Infinity) {
      const settled = async () => {
        while (underWay.size > 0) await Promise.all(underWay)
      }
      if (withinMs === Infinity) return settled()
      const bound = new AbortController()
      const tooLong = delay(withinMs, undefined, { signal: bound.signal }).then(
        () => log.error('background_work_given_up', { count: underWay.size }),
        () => {},
      )
      await Promise.race([settled(), tooLong])
      bound.abort()
    },
  }
}
