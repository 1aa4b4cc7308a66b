// The organizations that the user belongs to.
import { isSuspended } from '../../directory/index.ts'
import { organizationsPage } from '../../pages/index.ts'
import type { Exchange } from '../exchange.ts'
import { sendPage } from '../page-frame.ts'
import { organizationPath, organizationsPath } from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import { beginSignIn, signedInUser, type AccountDeps } from './account-page-deps.ts'
import { hrefOf } from './organization.ts'
import { portalOf } from './portal.ts'

export async function showOrganizations(exchange: Exchange, deps: AccountDeps): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const [organizations, portal] = await Promise.all([
    deps.directory.organizationsOf(user.id),
    portalOf(exchange, deps),
  ])
  const page = organizationsPage({
    ...(await accountFrame(exchange, deps, { current: 'organizations', shownAt: organizationsPath })),
    organizations: organizations.map((organization) => ({
      name: organization.name,
      ...(!isSuspended(organization) && { href: hrefOf(organizationPath, { code: organization.code }) }),
      isCurrent: organization.code === portal?.organizationCode,
    })),
  })
  sendPage(exchange, page)
}
