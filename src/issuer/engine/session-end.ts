// The end of a session is the end of what was granted in it: access by refresh token ends with it (assurance RT-05). The engine
// would keep the grants of tokens that outlive the session, which ours do between sign-outs.
import type { Provider } from 'oidc-provider'
import type { ArtifactStore } from '../../store/index.ts'
import { clearRefreshCookie } from '../refresh-cookie.ts'
import { currentContext } from './current-context.ts'

interface EndingSession {
  readonly authorizations?: Readonly<Record<string, { readonly grantId?: string }>>
}

export function endGrantsWithSession(provider: Provider, artifacts: ArtifactStore): void {
  const { prototype }: { prototype: { destroy(): Promise<void> } } = provider.Session
  const engineDestroy = prototype.destroy
  prototype.destroy = async function (this: EndingSession & { destroy(): Promise<void> }) {
    const grantIds = Object.values(this.authorizations ?? {}).flatMap(({ grantId }) => grantId ?? [])
    if (grantIds.length > 0)
      await artifacts.commit(grantIds.map((grantId) => ({ kind: 'delete-grant', grantId }) as const))
    await engineDestroy.call(this)
    await clearCookies(Object.keys(this.authorizations ?? {}), provider)
  }
}

/** Of the applications that the session was used by, in the browser that ends it. */
async function clearCookies(clientIds: readonly string[], provider: Provider): Promise<void> {
  const ctx = currentContext()
  if (!ctx) return
  const clients = await Promise.all(clientIds.map((clientId) => provider.Client.find(clientId)))
  for (const client of clients) if (client) clearRefreshCookie(ctx, client)
}
