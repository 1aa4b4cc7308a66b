// Which records of the engine a stranger has caused, as they are written.
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider'
import { TooMuchStored, type StrangersStorage } from './request/strangers-storage.ts'

export interface StrangersRecordsDeps {
  readonly strangers: StrangersStorage
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

/** Endpoints of applications: a public one is anyone who knows its client_id. They are refused here, where it is known who asks. */
const endpoints: ReadonlySet<string> = new Set(['pushed_authorization_request', 'device_authorization'])

/** Counts a new record. Throws TooMuchStored at an endpoint of applications; pages are refused before (http/strangers-door.ts). */
export function countRecord(
  model: string,
  payload: AdapterPayload,
  ctx: KoaContextWithOIDC,
  { strangers, addressOf }: StrangersRecordsDeps,
): void {
  const isAtEndpoint = endpoints.has(ctx.oidc.route)
  if (isAtEndpoint ? ctx.oidc.client?.clientAuthMethod !== 'none' : !isNewOfStranger(model, payload)) return
  const address = addressOf(ctx)
  const wait = isAtEndpoint ? strangers.secondsUntilRoom(address) : undefined
  if (wait !== undefined) {
    ctx.set('retry-after', String(wait))
    throw new TooMuchStored()
  }
  strangers.add(address, JSON.stringify(payload).length)
}

function isNewOfStranger(model: string, { accountId, result }: AdapterPayload): boolean {
  return accountId === undefined && (model === 'Session' || (model === 'Interaction' && result === undefined))
}
