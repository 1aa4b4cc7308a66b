// One organization of the user: its name and its members. A member with the system permission `org:write:members` may rename it, and change
// and remove the other members. Users do not change their own membership here, so an organization keeps the member who can.
import {
  changeMembers,
  effectiveRoles,
  hasSystemPermission,
  isSuspended,
  mayAssignRole,
  organizationNameProblem,
  removeMember,
  updateOrganization,
} from '../../directory/index.ts'
import { memberPage, organizationPage, type FieldProblem } from '../../pages/index.ts'
import {
  whileUnchanged,
  type Catalog,
  type MembershipRecord,
  type OrganizationRecord,
  type UserRecord,
} from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { sendPage } from '../page-frame.ts'
import {
  invitePath,
  memberPath,
  organizationPath,
  organizationsPath,
  withdrawInvitationPath,
} from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import {
  beginSignIn,
  byUser,
  formValue,
  queryValue,
  signedInUser,
  type AccountDeps,
} from './account-page-deps.ts'

export const renameOrganizationPath = '/account/organization/rename'
export const memberRolesPath = '/account/member/roles'
export const removeMemberPath = '/account/member/remove'

const membersPerPage = 20

const nameProblems = {
  required: 'required',
  'too-long': 'textTooLong',
  invalid: 'textInvalid',
} as const satisfies Record<NonNullable<ReturnType<typeof organizationNameProblem>>, FieldProblem>

interface Place {
  readonly user: UserRecord
  readonly organization: OrganizationRecord
  readonly membership: MembershipRecord
  readonly catalog: Catalog
  readonly mayManage: boolean
}

/** Undefined when the user does not belong to it, or it is suspended: the answer does not show which. */
export async function placeOf(
  user: UserRecord,
  code: string,
  { directory }: Pick<AccountDeps, 'directory'>,
): Promise<Place | undefined> {
  const [organization, membership, catalog] = await Promise.all([
    directory.organization(code),
    directory.membership(code, user.id),
    directory.catalog(),
  ])
  if (organization === undefined || membership === undefined || isSuspended(organization)) return undefined
  const mayManage = hasSystemPermission(catalog, membership, 'org:write:members')
  return { user, organization, membership, catalog, mayManage }
}

interface RefusedField {
  readonly code: string
  readonly field: 'org_name' | 'email'
  readonly typed: string
  readonly problem: FieldProblem
}

export function hrefOf(path: string, params: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams(params).toString()}`
}

export async function showOrganization(
  exchange: Exchange,
  deps: AccountDeps,
  refused?: RefusedField,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const code = refused?.code ?? queryValue(exchange, 'code')
  const place = await placeOf(user, code, deps)
  if (!place) return redirectTo(exchange, organizationsPath)
  const { organization, membership, catalog, mayManage } = place
  const shownAt = hrefOf(organizationPath, { code })
  const page = organizationPage({
    ...(await accountFrame(exchange, deps, { shownAt })),
    name: organization.name,
    roles: effectiveRoles(catalog, membership).map(({ name }) => name),
    ...(mayManage && {
      management: {
        rename: {
          action: renameOrganizationPath,
          csrfToken: deps.guard.token(exchange),
          hiddenFields: { code },
        },
        typed: { org_name: organization.name, email: '', ...(refused && { [refused.field]: refused.typed }) },
        ...(refused && { fieldProblems: { [refused.field]: refused.problem } }),
        ...(await invitationsOf(exchange, place, deps)),
        ...(await membersOf(exchange, place, deps)),
      },
    }),
  })
  sendPage(exchange, page, { status: refused ? 400 : 200 })
}

const mostInvitations = 50

async function invitationsOf(exchange: Exchange, { organization: { code } }: Place, deps: AccountDeps) {
  const { store, now } = deps.operations
  const csrfToken = deps.guard.token(exchange)
  const filter = { order: 'created_on_desc', withAccepted: false, withRevoked: false, nowMs: now() } as const
  const open = await store.invitations.list(code, filter, { limit: mostInvitations })
  return {
    invite: { action: invitePath, csrfToken, hiddenFields: { code } },
    invitations: open.map(({ id, email }) => ({
      email,
      withdraw: { action: withdrawInvitationPath, csrfToken, hiddenFields: { code, invitation: id } },
    })),
  }
}

/** A page of them, by a few reads. */
async function membersOf(
  exchange: Exchange,
  { user, organization: { code }, catalog }: Place,
  { directory }: Pick<AccountDeps, 'directory'>,
) {
  const after = exchange.query['after']
  const cursor = typeof after === 'string' && after !== '' ? after.slice(0, 1_000) : undefined
  const { items, nextCursor } = await directory.members(code, {
    size: membersPerPage,
    ...(cursor !== undefined && { cursor }),
  })
  const users = await directory.usersById(items.map(({ userId }) => userId))
  const byId = new Map(users.map((one) => [one.id, one]))
  const members = items.flatMap((membership) => {
    const member = byId.get(membership.userId)
    if (member === undefined) return []
    return {
      name: nameOf(member),
      ...(member.preferredEmail !== null && { email: member.preferredEmail }),
      roles: effectiveRoles(catalog, membership).map(({ name }) => name),
      isSelf: member.id === user.id,
      href: hrefOf(memberPath, { code, user: member.id }),
    }
  })
  return {
    members,
    ...(nextCursor !== undefined && { moreHref: hrefOf(organizationPath, { code, after: nextCursor }) }),
    ...(cursor !== undefined && { firstHref: hrefOf(organizationPath, { code }) }),
  }
}

export async function renameOrganization(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const code = formValue(form, 'code')
  const typedName = form.get('org_name') ?? ''
  const place = await placeOf(user, code, deps)
  if (!place?.mayManage) return redirectTo(exchange, organizationsPath)
  const problem = typedName.isWellFormed() ? organizationNameProblem(typedName) : 'invalid'
  if (problem !== undefined)
    return showOrganization(exchange, deps, {
      code,
      field: 'org_name',
      typed: typedName,
      problem: nameProblems[problem],
    })
  await whileUnchanged(async () => {
    const current = await placeOf(user, code, deps)
    if (!current?.mayManage) return
    const by = byUser('user.renamed_organization', exchange, deps, user.id)
    await updateOrganization(current.organization, { name: typedName.trim() }, by)
  })
  redirectTo(exchange, hrefOf(organizationPath, { code, done: 'renamed' }))
}

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

function nameOf({ firstName, lastName, preferredEmail, id }: UserRecord): string {
  return [firstName, lastName].filter(Boolean).join(' ') || preferredEmail || id
}
