// Subscribers. One commit with its audit record, which names the subscriber only by id.
import type { SubscriberRecord } from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, type OperationDeps } from './operation.ts'

/** Resolves to its id. */
export async function createSubscriber(
  given: Pick<SubscriberRecord, 'email' | 'firstName' | 'lastName'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('subscriber', deps.random)
  await deps.store.commit([
    { kind: 'add-subscriber', subscriber: { id, ...given, createdAtMs: deps.now() } },
    audited(deps, null, { subscriber_id: id }),
  ])
  return id
}
