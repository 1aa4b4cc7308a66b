// Which application a browser came from last, so that every page can lead back to it: an expired sign-in, an address that does not
// exist, the account. A cookie keeps the client id for as long as the browser is open; without it, the only application that has a page
// to lead to is meant.
import type { FindApplication } from './account/account-application.ts'
import type { Exchange, Next } from './exchange.ts'
import { surroundings } from './site.ts'
import type { ApplicationRecord, DirectoryStore } from '../store/index.ts'

const cookieName = 'mintage_application'

export function rememberApplication(exchange: Exchange, clientId: string): void {
  if (exchange.cookies.get(cookieName, { signed: false }) === clientId) return
  exchange.cookies.set(cookieName, clientId, {
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.secure,
    path: '/',
    signed: false,
  })
}

interface ComesFromDeps {
  readonly directory: Pick<DirectoryStore, 'catalog'>
  readonly findApplication: FindApplication
}

export function comesFrom(deps: ComesFromDeps) {
  return async (exchange: Exchange, next: Next): Promise<void> => {
    // Programs see no page.
    if (exchange.get('accept').includes('text/html')) {
      // While the database is away, pages say so without the way back.
      surroundings(exchange).comesFrom = await browserApplication(exchange, deps).catch(() => undefined)
    }
    await next()
  }
}

async function browserApplication(
  exchange: Exchange,
  { directory, findApplication }: ComesFromDeps,
): Promise<ApplicationRecord | undefined> {
  const remembered = await findApplication(exchange.cookies.get(cookieName, { signed: false }))
  if (remembered) return remembered
  const { applications } = await directory.catalog()
  const withPage = applications.filter(({ homepageUri, loginUri }) => homepageUri ?? loginUri)
  return withPage.length === 1 ? withPage[0] : undefined
}
