// The page of one organization of the user: its name, its members and its open invitations. A member with the system permission
// `org:write:members` may rename it, invite, and change and remove the other members (member.ts).
import {
  effectiveRoles,
  hasSystemPermission,
  isSuspended,
  organizationNameProblem,
  updateOrganization,
} from '../../directory/index.ts'
import { organizationPage, type FieldProblem } from '../../pages/index.ts'
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

const membersPerPage = 20

const nameProblems = {
  required: 'required',
  'too-long': 'textTooLong',
  invalid: 'textInvalid',
} as const satisfies Record<NonNullable<ReturnType<typeof organizationNameProblem>>, FieldProblem>

export interface Place {
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

export function nameOf({ firstName, lastName, preferredEmail, id }: UserRecord): string {
  return [firstName, lastName].filter(Boolean).join(' ') || preferredEmail || id
}
