// A member invites a person to their organization, from the pages of an account. The answer tells the same of an address with an account and
// of one without.
import type { OrganizationRecord, Store } from '../store/index.ts'
import { createInvitation, type InvitationDeps } from './invitation-operations.ts'
import { identifierOf } from './identity.ts'
import { addressThrottle, admitTry, throttleKey, type Throttled } from './throttle.ts'

export type MemberInvitation =
  | { readonly kind: 'invited' }
  | { readonly kind: 'invalid-email' }
  /** The user sees the members of the organization in any case. */
  | { readonly kind: 'member' }
  | Throttled

/** With the roles that every new member gets. `userId`: the member who invites, who sends a bounded number in an hour. */
export async function inviteByMember(
  {
    organization,
    email: text,
    userId,
  }: { readonly organization: OrganizationRecord; readonly email: string; readonly userId: string },
  deps: InvitationDeps & { readonly store: Pick<Store, 'commit' | 'directory' | 'throttles'> },
): Promise<MemberInvitation> {
  const { directory, throttles } = deps.store
  const email = identifierOf('email', text)
  if (email === undefined) return { kind: 'invalid-email' }
  const owner = await directory.identity('email', email.normalized)
  if (owner !== undefined && (await directory.membership(organization.code, owner.userId)))
    return { kind: 'member' }
  const admission = await admitTry(throttleKey('invitation', userId), addressThrottle, throttles, deps.now())
  if (admission.kind === 'throttled') return admission
  const { roles } = await directory.catalog()
  const roleIds = roles.filter(({ isDefault }) => isDefault).map(({ id }) => id)
  const person = { email, firstName: null, lastName: null }
  await createInvitation({ organization, ...person, roleIds, isSent: true }, deps)
  return { kind: 'invited' }
}
