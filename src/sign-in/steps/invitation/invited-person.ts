// Whom the pages of signing in and up are for when the request brings an invitation: the person with its address. The address is not theirs
// to change there, because the invitation is for no other one.
import {
  findInvitation,
  isSignUpOffered,
  type FoundInvitation,
  type SignUpDeps,
} from '../../../directory/index.ts'
import type { Step } from '../../step.ts'

export interface InvitedPerson {
  readonly invitationId: string
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  /** The name of the organization. */
  readonly organization: string
  /** No account has the address: it signs up, also where people may not make accounts for themselves. */
  readonly isNew: boolean
}

export type InvitedDeps = Pick<SignUpDeps, 'store' | 'now'>

/** Undefined without an invitation that can be accepted, and where addresses sign no user in. */
export async function invitedPerson(step: Step, deps: InvitedDeps): Promise<InvitedPerson | undefined> {
  const code = step.param('invitation_code')
  const found: FoundInvitation | undefined =
    code === undefined ? undefined : await findInvitation(code, undefined, deps)
  if (found?.kind !== 'open') return undefined
  if (!(await isSignUpOffered('email', { ...deps, isSignUpAllowed: true }))) return undefined
  const { invitation, organization, hasAccount } = found
  const { id: invitationId, email, firstName, lastName } = invitation
  return { invitationId, email, firstName, lastName, organization: organization.name, isNew: !hasAccount }
}
