// A client that went away in the middle of its request. Whatever then fails (reading the body, writing the answer) is not a fault of the
// server, and any stranger can cause it: it is not logged.
import type { KoaContextWithOIDC } from 'oidc-provider'

export function isClientGone({ req, res }: Pick<KoaContextWithOIDC, 'req' | 'res'>): boolean {
  return req.socket.destroyed || (req.destroyed && !req.complete) || (res.destroyed && !res.writableFinished)
}
