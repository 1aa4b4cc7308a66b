// Organizations: how one is created and joined, and which one a sign-in is for (C§1).
import type { Catalog, MembershipRecord, OrganizationRecord } from '../store/index.ts'
import { isSuspended } from './organization-settings.ts'

const maxNameLength = 100

/** What a person may call an organization: something to read, on one line. Undefined when it is all right. */
export function organizationNameProblem(name: string): 'required' | 'too-long' | 'invalid' | undefined {
  const trimmed = name.trim()
  if (trimmed === '') return 'required'
  if (trimmed.length > maxNameLength) return 'too-long'
  return /\p{Cc}/u.test(trimmed) ? 'invalid' : undefined
}

/** A member as one joins: with the default roles and no permissions besides theirs. */
export function newMembership(
  organizationCode: string,
  userId: string,
  catalog: Catalog,
  joinedAtMs: number,
): MembershipRecord {
  const roleIds = catalog.roles.filter(({ isDefault }) => isDefault).map(({ id }) => id)
  return { organizationCode, userId, roleIds, permissionIds: [], joinedAtMs }
}

export interface OrganizationRequest {
  /** `org_code` of the authorization request. */
  readonly requestedCode: string | undefined
  /** The one that this application was last given in this session. */
  readonly sessionCode?: string | undefined
  readonly memberships: readonly OrganizationRecord[]
}

export type OrganizationChoice =
  | { readonly kind: 'organization'; readonly organization: OrganizationRecord }
  /** The person has to say. */
  | { readonly kind: 'choose'; readonly organizations: readonly OrganizationRecord[] }
  | { readonly kind: 'none' }
  /** Asked for one that the user does not belong to; the answer does not show whether it exists. */
  | { readonly kind: 'not-a-member' }
  /** The one asked for is suspended, or each one that the user belongs to. */
  | { readonly kind: 'suspended' }

export function resolveOrganization({
  requestedCode,
  sessionCode,
  memberships,
}: OrganizationRequest): OrganizationChoice {
  if (requestedCode !== undefined) {
    const organization = memberships.find(({ code }) => code === requestedCode)
    if (organization === undefined) return { kind: 'not-a-member' }
    return isSuspended(organization) ? { kind: 'suspended' } : { kind: 'organization', organization }
  }
  const open = memberships.filter((organization) => !isSuspended(organization))
  const [only, ...others] = open
  if (only === undefined) return { kind: memberships.length > 0 ? 'suspended' : 'none' }
  if (others.length === 0) return { kind: 'organization', organization: only }
  const last = open.find(({ code }) => code === sessionCode)
  return last ? { kind: 'organization', organization: last } : { kind: 'choose', organizations: open }
}
