// Invitations to an organization: made (with a mail when `send_email` says so), listed, read and revoked. Accepting one is a part of the
// sign-in (docs/decisions/0099).
import { z } from 'zod'
import { createInvitation, identifierOf, revokeInvitation } from '../../directory/index.ts'
import {
  invitationName,
  invitationOrders,
  invitationPlace,
  type Catalog,
  type InvitationOrder,
  type InvitationPlace,
  type InvitationRecord,
} from '../../store/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { nextToken, pageQuery, pageRequest } from '../pagination.ts'
import { RequestError } from '../request-error.ts'

const longestEmail = 254
const longestName = 64

const inviteFields = {
  id: z.string(),
  code: z.string(),
  email: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  full_name: z.string(),
  created_on: z.string(),
  is_sent: z.boolean(),
  accepted_on: z.string().nullable(),
  roles: z.array(z.strictObject({ key: z.string(), name: z.string() })),
  is_revoked: z.boolean(),
  invite_link: z.string(),
}
const inviteSchema = z.strictObject(inviteFields)
type Invite = z.input<typeof inviteSchema>

const name = z
  .string()
  .refine((value) => !/\p{Cc}/u.test(value), 'no control characters are allowed')
  .nullish()

export const invitesOperations = [
  operation({
    method: 'get',
    path: '/organization/{org_code}/invites',
    operationId: 'getOrganizationInvites',
    summary:
      'Invitations that can still be accepted, page by page, the newest first unless `sort` says otherwise. `include_revoked` adds revoked and expired ones.',
    scope: 'read:organization_invites',
    organizationBound: ofPath,
    query: z.object({
      ...pageQuery,
      sort: z.enum(invitationOrders).optional(),
      include_revoked: z.stringbool().optional(),
      include_accepted: z.stringbool().optional(),
    }),
    body: noBody,
    answer: okSchema({ invites: z.array(inviteSchema), ...nextToken }),
    async handle({ path, query }, deps) {
      const { code } = await foundOrganization(deps, path.org_code)
      const { size, cursor } = pageRequest(query)
      const order = query.sort ?? 'created_on_desc'
      const filter = {
        order,
        withAccepted: query.include_accepted ?? false,
        withRevoked: query.include_revoked ?? false,
        nowMs: deps.nowMs(),
      }
      const after = cursor === undefined ? undefined : parsedPlace(cursor, order)
      const found = await deps.store.invitations.list(code, filter, { limit: size + 1, after })
      const shown = found.slice(0, size)
      const last = found.length > size ? shown.at(-1) : undefined
      const catalog = await deps.store.directory.catalog()
      return ok({
        invites: shown.map((invitation) => inviteOf(invitation, catalog, deps)),
        next_token: last === undefined ? null : placeToken(invitationPlace(last, order)),
      })
    },
  }),
  operation({
    method: 'post',
    path: '/organization/{org_code}/invites',
    operationId: 'createOrganizationInvite',
    summary:
      'Invites an email address to an organization, with roles by key. `send_email` sends the link; without it, pass on `invite_link` yourself.',
    scope: 'create:organization_invites',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({
      email: z.string(),
      first_name: name,
      last_name: name,
      roles: z.array(z.string().max(200)).max(500),
      send_email: z.boolean().optional(),
    }),
    status: 201,
    answer: z.strictObject({
      code: z.literal('INVITATION_CREATED'),
      message: z.string(),
      invite: inviteSchema,
    }),
    async handle({ path, body }, deps) {
      const organization = await foundOrganization(deps, path.org_code)
      refuseTooLong('EMAIL_TOO_LONG', 'email', body.email, longestEmail)
      refuseTooLong('FIRST_NAME_TOO_LONG', 'first_name', body.first_name, longestName)
      refuseTooLong('LAST_NAME_TOO_LONG', 'last_name', body.last_name, longestName)
      const email = identifierOf('email', body.email)
      if (email === undefined) throw new RequestError('INVALID_REQUEST', 'body.email: not an email address')
      const catalog = await deps.store.directory.catalog()
      const roleIds = roleIdsOf(body.roles, catalog)
      await refuseMember(organization.code, email.normalized, deps)
      const invitation = await createInvitation(
        {
          organization,
          email,
          firstName: body.first_name?.trim() || null,
          lastName: body.last_name?.trim() || null,
          roleIds,
          isSent: body.send_email ?? false,
        },
        deps,
      )
      return {
        code: 'INVITATION_CREATED' as const,
        message: 'Invitation created',
        invite: inviteOf(invitation, catalog, deps),
      }
    },
  }),
  operation({
    method: 'get',
    path: '/organization/{org_code}/invites/{invite_code}',
    operationId: 'getOrganizationInvite',
    summary: 'One invitation. `code` is its own code here.',
    scope: 'read:organization_invites',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: z.strictObject({ message: z.string(), ...inviteFields }),
    async handle({ path }, deps) {
      const invitation = await foundInvitation(path, deps)
      const catalog = await deps.store.directory.catalog()
      return { message: 'Success', ...inviteOf(invitation, catalog, deps) }
    },
  }),
  operation({
    method: 'delete',
    path: '/organization/{org_code}/invites/{invite_code}',
    operationId: 'deleteOrganizationInvite',
    summary: 'Revokes an invitation: its link no longer works. Revoking one again changes nothing.',
    scope: 'delete:organization_invites',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const invitation = await foundInvitation(path, deps)
      if (invitation.acceptedAtMs !== null)
        throw new RequestError(
          'INVITATION_ACCEPTED',
          'The invitation was accepted. Remove the member instead.',
        )
      if (invitation.revokedAtMs === null) await revokeInvitation(invitation, deps)
      return ok({})
    },
  }),
]

async function foundInvitation(
  path: { readonly org_code: string; readonly invite_code: string },
  deps: HandlerDeps,
): Promise<InvitationRecord> {
  const { code } = await foundOrganization(deps, path.org_code)
  const invitation = await deps.store.invitations.findByCode(path.invite_code)
  if (invitation?.organizationCode !== code)
    throw new RequestError('INVITATION_NOT_FOUND', 'The organization has no invitation with this code.')
  return invitation
}

function inviteOf(
  invitation: InvitationRecord,
  { roles }: Catalog,
  { issuerUrl }: Pick<HandlerDeps, 'issuerUrl'>,
): Invite {
  const { id, code, email, firstName, lastName, roleIds, isSent, createdAtMs, acceptedAtMs } = invitation
  return {
    id,
    code,
    email,
    first_name: firstName,
    last_name: lastName,
    full_name: invitationName(invitation),
    created_on: isoTime(createdAtMs),
    is_sent: isSent,
    accepted_on: acceptedAtMs === null ? null : isoTime(acceptedAtMs),
    roles: roles.filter((role) => roleIds.includes(role.id)).map(({ key, name }) => ({ key, name })),
    is_revoked: invitation.revokedAtMs !== null,
    invite_link: `${issuerUrl}/team_invitation?${new URLSearchParams({ code }).toString()}`,
  }
}

function refuseTooLong(
  code: 'EMAIL_TOO_LONG' | 'FIRST_NAME_TOO_LONG' | 'LAST_NAME_TOO_LONG',
  field: string,
  value: string | null | undefined,
  most: number,
): void {
  if ((value?.length ?? 0) > most)
    throw new RequestError(code, `body.${field}: at most ${String(most)} characters are allowed`)
}

function roleIdsOf(keys: readonly string[], { roles }: Catalog): string[] {
  return [...new Set(keys)].map((key) => {
    const found = roles.find((role) => role.key === key)
    if (found === undefined)
      throw new RequestError('ROLE_NOT_FOUND', `There is no role with the key ${JSON.stringify(key)}.`)
    return found.id
  })
}

/** The caller may read the members of this organization, so the answer reveals nothing. */
async function refuseMember(code: string, normalized: string, { store }: HandlerDeps): Promise<void> {
  const owner = await store.directory.identity('email', normalized)
  if (owner !== undefined && (await store.directory.membership(code, owner.userId)))
    throw new RequestError('ALREADY_EXISTS', 'body.email: the address belongs to a member')
}

function placeToken(place: InvitationPlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function parsedPlace(token: string, order: InvitationOrder): InvitationPlace {
  const value = order.startsWith('created_on') ? z.int() : z.string()
  try {
    return z.tuple([value, z.string()]).parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', 'next_token is not valid for this list', { cause })
  }
}
