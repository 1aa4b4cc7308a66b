// Work that no answer waits for, so that the time of an answer tells nothing (a mail, a hash). It ends before the server does.
import type { Background } from '../directory/index.ts'
import type { Logger } from '../telemetry/index.ts'

export interface BackgroundWork {
  readonly run: Background
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>
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
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
