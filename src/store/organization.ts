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
  readonly settings: OrganizationSettings
}

/**
 * What few organizations set, as one document. A member that is absent has its default. Members that a newer version wrote stay in the record
 * and are written back.
 */
export interface OrganizationSettings {
  /** Since when it is suspended: until then its members get no tokens for it. */
  readonly suspendedAtMs?: number
  /** Domains of email addresses, in lower case. With any, only people with a verified address in one of them join by themselves. */
  readonly allowedDomains?: readonly string[]
  /** People with a verified address in one of the domains join by themselves, also when others may not. */
  readonly isAutoJoinDomainList?: boolean
  /** From whom mails about the organization are. */
  readonly senderName?: string
  readonly senderEmail?: string
  /** Where its bills go, for what makes them: Mintage makes none. */
  readonly billingEmail?: string
  /** Ids of the connections that it has of its own. */
  readonly connectionIds?: readonly string[]
  readonly sessions?: OrganizationSessions
  readonly mfa?: OrganizationMfa
}

/** Of browser sessions that sign in to it. A value holds only while its switch is on. */
export interface OrganizationSessions {
  readonly isPersistenceOwn?: boolean
  /** `non_persistent`: the session ends with the browser. */
  readonly persistence?: 'persistent' | 'non_persistent'
  readonly isLifetimeOwn?: boolean
  /** Seconds that a session lives without being used. */
  readonly lifetimeSeconds?: number
}

export const factorKinds = ['mfa:email', 'mfa:sms', 'mfa:authenticator_app'] as const

/** Which second factors its members may use, once Mintage has any. */
export interface OrganizationMfa {
  readonly enabledFactors: readonly (typeof factorKinds)[number][]
  readonly isRecoveryCodesEnabled: boolean
}

/** A membership, by the organization and the user that it joins. */
export interface MembershipKey {
  readonly organizationCode: string
  readonly userId: string
}

/** Where a user belongs, and when they last signed in there; null for never, and for what was written before this was kept. */
export interface MembershipOfUser {
  readonly organizationCode: string
  readonly userId: string
  readonly lastSignedInAtMs: number | null
}

export interface MembershipRecord {
  readonly organizationCode: string
  readonly userId: string
  /** Ids of roles and of directly granted permissions. */
  readonly roleIds: readonly string[]
  readonly permissionIds: readonly string[]
  readonly joinedAtMs: number
}
