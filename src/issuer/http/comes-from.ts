// Which application a browser came from last, so that every page can lead back to it: an expired sign-in, an address that does not
// exist, the account. A cookie keeps the client id for as long as the browser is open; without it, the only application that has a page
// to lead to is meant.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { FindApplication } from '../request/account-application.ts'
import { requestState } from '../request/request-state.ts'
import type { ApplicationRecord, DirectoryStore } from '../../store/index.ts'

const cookieName = 'mintage_application'

export function rememberApplication(ctx: KoaContextWithOIDC, clientId: string): void {
  if (ctx.cookies.get(cookieName, { signed: false }) === clientId) return
  ctx.cookies.set(cookieName, clientId, {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    path: '/',
    signed: false,
  })
}

interface ComesFromDeps {
  readonly directory: Pick<DirectoryStore, 'catalog'>
  readonly findApplication: FindApplication
}

export function comesFrom(deps: ComesFromDeps) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    // Programs see no page.
    if (ctx.get('accept').includes('text/html')) {
      // While the database is away, pages say so without the way back.
      requestState(ctx).comesFrom = await browserApplication(ctx, deps).catch(() => undefined)
    }
    await next()
  }
}

async function browserApplication(
  ctx: KoaContextWithOIDC,
  { directory, findApplication }: ComesFromDeps,
): Promise<ApplicationRecord | undefined> {
  const remembered = await findApplication(ctx.cookies.get(cookieName, { signed: false }))
  if (remembered) return remembered
  const { applications } = await directory.catalog()
  const withPage = applications.filter(({ homepageUri, loginUri }) => homepageUri ?? loginUri)
  return withPage.length === 1 ? withPage[0] : undefined
}
