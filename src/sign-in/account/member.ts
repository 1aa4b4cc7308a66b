// The page of another member of an organization, for a user who may change its members. Users do not change their own membership here, so
// an organization keeps the member who can.
import { changeMembers, mayAssignRole, removeMember } from '../../directory/index.ts'
import { memberPage } from '../../pages/index.ts'
import { whileUnchanged, type MembershipRecord, type UserRecord } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { sendPage } from '../page-frame.ts'
import { memberPath, organizationPath, organizationsPath } from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import {
  beginSignIn,
  byUser,
  formValue,
  queryValue,
  signedInUser,
  type AccountDeps,
} from './account-page-deps.ts'
import { hrefOf, nameOf, placeOf, type Place } from './organization.ts'

export const memberRolesPath = '/account/member/roles'
export const removeMemberPath = '/account/member/remove'

export async function showMember(exchange: Exchange, deps: AccountDeps): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const [code, userId] = [queryValue(exchange, 'code'), queryValue(exchange, 'user')]
  const found = await memberOf(user, code, userId, deps)
  if (!found) return redirectTo(exchange, organizationsPath)
  const { organization, catalog, membership, held, member } = found
  const csrfToken = deps.guard.token(exchange)
  const hiddenFields = { code, user: userId }
  const page = memberPage({
    ...(await accountFrame(exchange, deps, { shownAt: hrefOf(memberPath, { code, user: userId }) })),
    name: nameOf(member),
    ...(member.preferredEmail !== null && { email: member.preferredEmail }),
    organization: organization.name,
    organizationHref: hrefOf(organizationPath, { code }),
    changeRoles: { action: memberRolesPath, csrfToken, hiddenFields },
    roles: catalog.roles.map((role) => ({
      id: role.id,
      name: role.name,
      isHeld: held.roleIds.includes(role.id),
      mayAssign: mayAssignRole(catalog, membership, role),
    })),
    remove: { action: removeMemberPath, csrfToken, hiddenFields },
  })
  sendPage(exchange, page)
}

/** Another member, for a user who may change the members; undefined otherwise. */
async function memberOf(
  user: UserRecord,
  code: string,
  userId: string,
  deps: Pick<AccountDeps, 'directory'>,
): Promise<(Place & { readonly member: UserRecord; readonly held: MembershipRecord }) | undefined> {
  const place = await placeOf(user, code, deps)
  if (!place?.mayManage || userId === user.id) return undefined
  const [member, held] = await Promise.all([
    deps.directory.user(userId),
    deps.directory.membership(code, userId),
  ])
  return member && held ? { ...place, member, held } : undefined
}

/** Roles that the user may not give stay as they are. */
export async function changeMemberRoles(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const wanted = new Set(form.getAll('roles'))
  await changeMember(exchange, form, deps, async ({ catalog, membership, held, organization, member }) => {
    const roleIds = catalog.roles
      .filter((role) =>
        (mayAssignRole(catalog, membership, role) ? wanted : new Set(held.roleIds)).has(role.id),
      )
      .map(({ id }) => id)
    const by = byUser('user.changed_member', exchange, deps, membership.userId)
    await changeMembers(organization.code, [{ userId: member.id, roleIds }], by)
    return 'saved'
  })
}

export async function removeOtherMember(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  await changeMember(exchange, form, deps, async ({ membership, held }) => {
    await removeMember(held, byUser('user.removed_member', exchange, deps, membership.userId))
    return 'removed'
  })
}

type FoundMember = NonNullable<Awaited<ReturnType<typeof memberOf>>>

async function changeMember(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
  change: (found: FoundMember) => Promise<'saved' | 'removed'>,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const [code, userId] = [formValue(form, 'code'), formValue(form, 'user')]
  const done = await whileUnchanged(async () => {
    const found = await memberOf(user, code, userId, deps)
    return found && change(found)
  })
  redirectTo(exchange, hrefOf(organizationPath, { code, ...(done && { done }) }))
}
