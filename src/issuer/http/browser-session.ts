// The session of a browser as the pages of sign-in/ know it. The engine's record keeps how the user signed in (`amr`, `acr`, `loginTs`), so
// the assurance is read from there and kept nowhere else (docs/decisions/0060).
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { BrowserSession } from '../../sign-in/index.ts'
import { fromEngineTime } from '../overrides/engine-clock.ts'

interface EngineSession {
  readonly uid: string
  readonly accountId?: string | undefined
  readonly amr?: readonly string[] | undefined
  readonly acr?: string | undefined
  readonly loginTs?: number | undefined
}

export async function browserSession(
  ctx: KoaContextWithOIDC,
  provider: Pick<Provider, 'Session'>,
  nowMs: () => number,
): Promise<BrowserSession | undefined> {
  return browserSessionOf(await provider.Session.get(ctx), nowMs)
}

/** Undefined when the session has no user. */
export function browserSessionOf(
  session: EngineSession | undefined,
  nowMs: () => number,
): BrowserSession | undefined {
  if (session?.accountId === undefined) return undefined
  const { uid, accountId, amr = [], acr = null, loginTs } = session
  return {
    uid,
    accountId,
    assurance: { amr, acr, at: loginTs === undefined ? 0 : fromEngineTime(loginTs, nowMs) },
  }
}
