// Notes when a request came, as the first of all handlers: a refresh token is judged by that moment (grants/refresh-grace.ts).
import type { KoaContextWithOIDC } from 'oidc-provider'
import { requestState } from '../request/request-state.ts'

export function arrival(nowMs: () => number) {
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    requestState(ctx).arrivedAtMs = nowMs()
    return next()
  }
}
