// Inviting someone to an organization, and taking an invitation back. The mail is queued by the commit that makes the invitation.
import type { ApplicationRecord, Catalog, InvitationRecord, OrganizationRecord } from '../store/index.ts'
import type { Identifier } from './identity.ts'
import { newId } from './ids.ts'
import { audited, type OperationDeps } from './operation.ts'
import { mailJob, type MailDomain } from './requested-mail.ts'

const dayMs = 86_400_000

export interface InvitationRequest {
  readonly organization: OrganizationRecord
  readonly email: Identifier
  readonly firstName: string | null
  readonly lastName: string | null
  readonly roleIds: readonly string[]
  readonly isSent: boolean
}

export interface InvitationDeps extends OperationDeps, MailDomain {
  /** For how many days a new invitation works. */
  readonly invitationDays: number
}

export async function createInvitation(
  { organization, email, firstName, lastName, roleIds, isSent }: InvitationRequest,
  deps: InvitationDeps,
): Promise<InvitationRecord> {
  const { store, random, now, invitationDays } = deps
  const createdAtMs = now()
  const invitation: InvitationRecord = {
    id: newId('invitation', random),
    code: newId('invitationCode', random),
    organizationCode: organization.code,
    email: email.value,
    normalized: email.normalized,
    firstName,
    lastName,
    roleIds,
    isSent,
    createdAtMs,
    expiresAtMs: createdAtMs + invitationDays * dayMs,
    revokedAtMs: null,
    acceptedAtMs: null,
    acceptedBy: null,
  }
  await store.commit([
    { kind: 'add-invitation', invitation },
    audited(deps, null, {
      org_code: organization.code,
      invitation_id: invitation.id,
      role_ids: roleIds,
      is_sent: isSent,
    }),
    // The queue names the invitation and holds no code.
    ...(isSent
      ? [mailJob({ kind: 'invitation', invitationId: invitation.id, context: {} }, createdAtMs, deps)]
      : []),
  ])
  return invitation
}

/** Rejects with ChangedMeanwhileError when it was accepted or revoked meanwhile. */
export async function revokeInvitation(
  { id, organizationCode }: InvitationRecord,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'revoke-invitation', invitationId: id, atMs: deps.now() },
    audited(deps, null, { org_code: organizationCode, invitation_id: id }),
  ])
}

/**
 * The application that invitations lead to: the one of the settings, else the only one with a login URI. Undefined when there are several,
 * or none: the person then signs in at the account page.
 */
export function invitationApplication(
  { applications }: Catalog,
  chosenId: string | undefined,
): ApplicationRecord | undefined {
  const chosen = applications.find(({ clientId }) => clientId === chosenId)
  if (chosen) return chosen
  const withLogin = applications.filter(({ loginUri }) => loginUri !== null)
  return withLogin.length === 1 ? withLogin[0] : undefined
}
