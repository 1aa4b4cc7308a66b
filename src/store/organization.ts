// Organizations and who belongs to them. The code is Kinde's `org_` and hex digits (C§8).

export interface OrganizationRecord {
  readonly code: string
  readonly name: string
  readonly handle: string | null
  readonly externalId: string | null
  readonly isDefault: boolean
  /** A user who signs up for it joins it; a user who signs up without naming one joins the default one. */
  readonly isAutoMembershipEnabled: boolean
  readonly createdAtMs: number
}

export interface MembershipRecord {
  readonly organizationCode: string
  readonly userId: string
  /** Ids of roles and of directly granted permissions. */
  readonly roleIds: readonly string[]
  readonly permissionIds: readonly string[]
  readonly joinedAtMs: number
}
