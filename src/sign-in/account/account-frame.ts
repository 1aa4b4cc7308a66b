// What every page of an account shows around its content: the way between the pages, what a form has just done, and the way back to the
// application that led here.
import type { AccountFrameView, AccountPageName } from '../../pages/index.ts'
import type { Exchange } from '../exchange.ts'
import { pageFrame } from '../page-frame.ts'
import { accountPath, organizationsPath, profilePath, sessionsPath } from '../paths.ts'
import { queryValue, type AccountDeps } from './account-page-deps.ts'
import { portalOf } from './portal.ts'

const paths = {
  overview: accountPath,
  profile: profilePath,
  organizations: organizationsPath,
  sessions: sessionsPath,
} as const satisfies Record<AccountPageName, string>

type Done = NonNullable<AccountFrameView['done']>
const doneNames: readonly Done[] = [
  'saved',
  'ended',
  'gone',
  'added',
  'removed',
  'renamed',
  'invited',
  'withdrawn',
]

/** `current`: the page that needs no link, because it is shown. */
export async function accountFrame(
  exchange: Exchange,
  deps: Pick<AccountDeps, 'findApplication'>,
  { current, shownAt }: { readonly current?: AccountPageName; readonly shownAt: string },
): Promise<AccountFrameView> {
  const portal = await portalOf(exchange, deps)
  const frame = await pageFrame(exchange, {
    shownAt,
    organizationCode: portal?.organizationCode ?? undefined,
  })
  const href = portal?.returnUrl ?? portal?.application.homepageUri ?? portal?.application.loginUri
  const home = portal && href ? { home: { name: portal.application.name, href } } : {}
  const done = queryValue(exchange, 'done')
  return {
    ...frame,
    onward: { ...frame.onward, ...home },
    pages: Object.entries(paths).map(([name, path]) => {
      // The names of the table above.
      const page = name as AccountPageName
      return page === current ? { name: page } : { name: page, href: path }
    }),
    done: exchange.method === 'GET' ? doneNames.find((name) => name === done) : undefined,
  }
}
