// Pages that begin something for a person who is not signed in: a sign-in, a device's connection, a sign-out. They are refused while the
// network address has more stored than strangers may (request/strangers-storage.ts). A person who is signed in goes on.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { routes } from '../request/routes.ts'
import { tooMuchStored, type StrangersStorage } from '../request/strangers-storage.ts'
import { answerError } from './failed-request.ts'

interface Deps {
  readonly provider: Provider
  readonly strangers: StrangersStorage
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
}

const beginnings: ReadonlySet<string> = new Set([
  routes.authorization,
  routes.code_verification,
  routes.end_session,
])

export function strangersDoor({ provider, strangers, addressOf }: Deps) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    // The answer to a form is kept as well (http/answer-once.ts). Endpoints of applications are judged where it is known who asks.
    const isForm = ctx.method === 'POST' && !ctx.path.startsWith('/oauth2/')
    const isStored = isForm || beginnings.has(ctx.path)
    const wait = isStored ? strangers.secondsUntilRoom(addressOf(ctx)) : undefined
    if (wait === undefined) return next()
    const { accountId } = await provider.Session.get(ctx)
    if (accountId !== undefined) return next()
    ctx.set('retry-after', String(wait))
    await answerError(ctx, tooMuchStored.status, tooMuchStored.error, tooMuchStored.description)
  }
}
