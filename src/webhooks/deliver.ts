// One attempt to deliver one event: the JWT, the request, and what came of it.
import { hash } from 'node:crypto'
import { AppError } from '../errors/index.ts'
import type { TokenSigner } from '../keys/index.ts'
import type { GuardedPost } from '../net/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type { DomainEvent } from '../store/index.ts'

export interface DeliverDeps {
  readonly signer: Pick<TokenSigner, 'sign'>
  readonly post: GuardedPost['post']
}

/** `status` is null without an answer. */
export type Attempt =
  | { readonly isDelivered: true; readonly status: number }
  | { readonly isDelivered: false; readonly status: number | null; readonly error: string }

/**
 * Signs at each attempt, with the key that signs now: a retry comes up to two days later, and the key of the first attempt may be gone from
 * the key set by then. Rejects when nothing can be signed, which says nothing about the receiver.
 */
export async function deliver(
  event: DomainEvent,
  to: { readonly endpoint: string; readonly deliveryId: string },
  signal: AbortSignal,
  { signer, post }: DeliverDeps,
): Promise<Attempt> {
  const body = await signer.sign(eventClaims(event), 'JWT', 'RS256')
  const headers = {
    'content-type': 'application/jwt',
    'user-agent': 'mintage-webhooks',
    'webhook-id': to.deliveryId,
  }
  try {
    const status = await post({ address: to.endpoint, headers, body, signal })
    if (status >= 200 && status < 300) return { isDelivered: true, status }
    return { isDelivered: false, status, error: errorOfStatus(status) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return { isDelivered: false, status: null, error: `${error.code}: ${error.message}` }
  }
}

function errorOfStatus(status: number): string {
  return status >= 300 && status < 400 ? 'a redirect is not followed' : `the receiver answered ${status}`
}

/** Exactly these (C§12). Neither `iss` nor `exp`, so that no verifier of tokens takes it for one. */
export function eventClaims({ type, id, source, atMs, ip, data }: DomainEvent): JsonObject {
  const timestamp = new Date(atMs).toISOString()
  return {
    type,
    event_id: id,
    source,
    timestamp,
    event_timestamp: timestamp,
    ...(ip !== null && { ip_address: ip }),
    data,
  }
}

/** The header `webhook-id`: made of both, so that it is the same for every attempt of every replica. */
export function deliveryIdOf(webhookId: string, eventId: string): string {
  return `msg_${hash('sha256', `${webhookId} ${eventId}`).slice(0, 32)}`
}
