// Accepting an invitation: once, by a user who has its address. The membership with the invitation's roles is made in the same commit.
import {
  isCommitted,
  type Catalog,
  type Change,
  type InvitationRecord,
  type MembershipRecord,
  type OrganizationRecord,
  type Store,
} from '../store/index.ts'
import { newMembership } from './organization.ts'

/** What an invitation is to a browser that brings its code, and to the user who is signed in there. */
export type FoundInvitation =
  /** Unknown, expired, revoked, or accepted by another user: one answer for all. */
  | { readonly kind: 'unusable' }
  /** This user accepted it before. */
  | { readonly kind: 'accepted'; readonly organizationCode: string }
  /** It can be accepted by a user with its address. `isOwn`: the user who is signed in has it; undefined without one. */
  | {
      readonly kind: 'open'
      readonly invitation: InvitationRecord
      readonly organization: OrganizationRecord
      readonly isOwn: boolean | undefined
      /** An account has the address. */
      readonly hasAccount: boolean
    }

type FindDeps = { readonly store: Pick<Store, 'directory' | 'invitations'>; readonly now: () => number }

export async function findInvitation(
  code: string,
  userId: string | undefined,
  { store, now }: FindDeps,
): Promise<FoundInvitation> {
  const invitation = await store.invitations.findByCode(code)
  if (invitation === undefined) return { kind: 'unusable' }
  const { organizationCode, acceptedBy, normalized } = invitation
  if (acceptedBy !== null)
    return acceptedBy === userId ? { kind: 'accepted', organizationCode } : { kind: 'unusable' }
  const organization = await store.directory.organization(organizationCode)
  if (organization === undefined || !isOpen(invitation, now())) return { kind: 'unusable' }
  const owner = await store.directory.identity('email', normalized)
  return {
    kind: 'open',
    invitation,
    organization,
    isOwn: userId === undefined ? undefined : owner?.userId === userId,
    hasAccount: owner !== undefined,
  }
}

export function isOpen({ acceptedAtMs, revokedAtMs, expiresAtMs }: InvitationRecord, nowMs: number): boolean {
  return acceptedAtMs === null && revokedAtMs === null && expiresAtMs > nowMs
}

/** The changes that accept it, for a commit that may hold more. A member keeps the roles that they have. */
export function accepting(
  { id, organizationCode, roleIds }: InvitationRecord,
  userId: string,
  current: MembershipRecord | undefined,
  { catalog, atMs }: { readonly catalog: Catalog; readonly atMs: number },
): readonly Change[] {
  const existing = roleIds.filter((roleId) => catalog.roles.some((role) => role.id === roleId))
  const joining: Change =
    current === undefined
      ? {
          kind: 'add-membership',
          membership: { ...newMembership(organizationCode, userId, catalog, atMs), roleIds: existing },
        }
      : {
          kind: 'update-membership',
          organizationCode,
          userId,
          roles: { add: existing.filter((roleId) => !current.roleIds.includes(roleId)) },
        }
  return [{ kind: 'accept-invitation', invitationId: id, acceptedBy: userId, atMs }, joining]
}

export interface Acceptance {
  readonly code: string
  readonly userId: string
  readonly clientId: string
  readonly ip: string
}

/** False when the invitation cannot be accepted by this user, or not any more. */
export async function acceptInvitation(
  { code, userId, clientId, ip }: Acceptance,
  deps: FindDeps & { readonly store: Pick<Store, 'commit'> },
): Promise<boolean> {
  const { store, now } = deps
  const found = await findInvitation(code, userId, deps)
  if (found.kind !== 'open' || found.isOwn !== true) return found.kind === 'accepted'
  const { invitation } = found
  const { id, organizationCode } = invitation
  const [catalog, current] = await Promise.all([
    store.directory.catalog(),
    store.directory.membership(organizationCode, userId),
  ])
  const atMs = now()
  const details = { org_code: organizationCode, invitation_id: id }
  return isCommitted(
    store.commit([
      ...accepting(invitation, userId, current, { catalog, atMs }),
      {
        kind: 'append-audit',
        record: { atMs, event: 'user.invitation_accepted', userId, clientId, ip, details },
      },
    ]),
  )
}
