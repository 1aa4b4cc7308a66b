// Wakes webhooks that have something to deliver. Commits of this process wake theirs at once; a look at intervals finds what else there is:
// commits of other processes, of an older version, and one that came while a turn was ending. So a lost wake-up costs time only.
import type { EventType, Store, WebhookQueue } from '../store/index.ts'
import { queueDelivery } from './delivery-job.ts'

export interface Dispatcher {
  /** Queues the turns of all webhooks that have something to do. */
  sweep(): Promise<void>
  /** Resolves when it wakes no more. */
  close(): Promise<void>
}

export function openDispatcher({
  store,
}: {
  readonly store: Pick<Store, 'commit' | 'directory' | 'events' | 'nowMs' | 'webhooks'>
}): Dispatcher {
  const written = new Set<EventType>()
  let waking: Promise<void> | undefined

  const stop = store.events.onWritten((types) => {
    for (const type of types) written.add(type)
    waking ??= wakeAll().finally(() => (waking = undefined))
  })

  /** Events that come meanwhile share the next round. */
  async function wakeAll(): Promise<void> {
    while (written.size > 0) {
      const types = [...written]
      written.clear()
      // A failure is not reported: the database is away, and the next look is soon.
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await wake((wanted) => types.some((type) => wanted.includes(type))).catch(() => {})
    }
  }

  async function wake(
    isAbout: (eventTypes: readonly string[], queue: WebhookQueue) => boolean,
  ): Promise<void> {
    const { webhooks } = await store.directory.catalog()
    if (webhooks.length === 0) return
    const nowMs = store.nowMs()
    const byId = new Map(webhooks.map(({ id, eventTypes }) => [id, eventTypes]))
    const due = (await store.webhooks.queues()).filter((queue) => {
      const eventTypes = byId.get(queue.webhookId)
      if (eventTypes === undefined || queue.disabledAtMs !== null) return false
      const isWaitingDue = queue.nextAtMs !== null && queue.nextAtMs <= nowMs
      return isWaitingDue || (queue.heldUntilMs === null && isAbout(eventTypes, queue))
    })
    await store.commit(due.map(({ webhookId }) => queueDelivery(webhookId, nowMs)))
  }

  return {
    async sweep() {
      const newest = await store.events.newest()
      await wake((_eventTypes, { sequence }) => sequence < newest)
    },
    async close() {
      stop()
      await waking
    },
  }
}
