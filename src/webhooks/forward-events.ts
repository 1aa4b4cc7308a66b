// `mintage dev --forward-webhooks`: every event of this server to one receiver of the developer's, without a webhook being registered. An
// answer of any status is shown, and the next event follows; a receiver that cannot be reached gets the event once it can.
import { setTimeout as pause } from 'node:timers/promises'
import type { DomainEvent, Store } from '../store/index.ts'
import { reasonOf } from '../errors/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { deliver, deliveryIdOf, type DeliverDeps } from './deliver.ts'

/** One attempt, for the developer's eyes. */
export interface Forwarded {
  readonly type: string
  readonly eventId: string
  /** Null when the receiver could not be reached: `error` says why. */
  readonly status: number | null
  readonly error?: string
  /** Until the next attempt. */
  readonly againInMs?: number
}

export interface ForwardDeps extends DeliverDeps {
  readonly store: Pick<Store, 'events'>
  readonly log: Pick<Logger, 'warn'>
  readonly endpoint: string
  readonly onForwarded: (forwarded: Forwarded) => void
}

const pollMs = 1_000
const eventsAtATime = 100
const waitsMs = [1_000, 2_000, 5_000]

/** Begins with the next event. Resolves to how to stop it. */
export async function forwardEvents(deps: ForwardDeps): Promise<() => Promise<void>> {
  const { events } = deps.store
  const stopping = new AbortController()
  let wake = new AbortController()
  const stopListening = events.onWritten(() => wake.abort())
  let place = await events.newest()
  const following = follow()

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = new AbortController()
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await forwardNew().catch((error: unknown) => {
        // The database is away for a moment, or the server stops: what was not forwarded is listed again.
        if (!stopping.signal.aborted) deps.log.warn('webhook_forward_failed', reasonOf(error))
      })
      const signal = AbortSignal.any([wake.signal, stopping.signal])
      // oxlint-disable-next-line no-await-in-loop
      await pause(pollMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async function forwardNew(): Promise<void> {
    for (const event of await events.list({ afterSequence: place, limit: eventsAtATime })) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await forward(event, stopping.signal, deps)
      place = event.sequence
    }
  }

  return async () => {
    stopListening()
    stopping.abort()
    await following
  }
}

async function forward(event: DomainEvent, signal: AbortSignal, deps: ForwardDeps): Promise<void> {
  const { endpoint, onForwarded } = deps
  const { type, id: eventId } = event
  for (let attempt = 0; ; attempt += 1) {
    const to = { endpoint, deliveryId: deliveryIdOf(endpoint, eventId) }
    // oxlint-disable-next-line no-await-in-loop -- until it arrives
    const result = await deliver(event, to, signal, deps)
    if (result.status !== null) return onForwarded({ type, eventId, status: result.status })
    const againInMs = waitsMs[Math.min(attempt, waitsMs.length - 1)] ?? pollMs
    onForwarded({
      type,
      eventId,
      status: null,
      ...(!result.isDelivered && { error: result.error }),
      againInMs,
    })
    // oxlint-disable-next-line no-await-in-loop
    await pause(againInMs, undefined, { signal, ref: false })
  }
}
