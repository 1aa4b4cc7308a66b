// CORS: browsers of registered applications may read answers, with credentials, and no one else (AS-18). The engine asks
// for each client; what it cannot know is whether an origin belongs to anybody at all, before a client is named: preflights, keys,
// discovery.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { isOriginOfOne } from '../../directory/index.ts'
import type { DirectoryStore } from '../../store/index.ts'
import { isStoreUnavailable } from '../../errors/index.ts'

type Next = () => Promise<void>

export function crossOrigin(directory: DirectoryStore) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next()
    const allowed = ctx.response.get('access-control-allow-origin')
    if (!allowed) return
    const origin = ctx.get('origin')
    // An answer that is there does not fail because the database went away: only the browser cannot read it.
    const isAllowed = origin !== '' && (await isSomebodys(origin, directory).catch(refuseWhileAway))
    if (isAllowed) {
      ctx.set('access-control-allow-origin', origin)
      // C§5: Kinde's browser SDKs send credentials to every issuer but Kinde's own.
      ctx.set('access-control-allow-credentials', 'true')
    } else {
      ctx.remove('access-control-allow-origin')
      ctx.remove('access-control-allow-headers')
      ctx.remove('access-control-allow-methods')
    }
  }
}

function refuseWhileAway(error: unknown): false {
  if (isStoreUnavailable(error)) return false
  throw error
}

async function isSomebodys(origin: string, directory: DirectoryStore): Promise<boolean> {
  const { applications } = await directory.catalog()
  return isOriginOfOne(origin, applications)
}
