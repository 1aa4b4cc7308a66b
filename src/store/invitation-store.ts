// Invitations to organizations. The code of an invitation works once, for the user who has its address.

/** For how long an invitation works, unless the settings say otherwise. */
export const defaultInvitationDays = 7

export interface InvitationRecord {
  readonly id: string
  /** The bearer value of the link. It is found by its SHA-256 and stored sealed. */
  readonly code: string
  readonly organizationCode: string
  /** The address as it was given, and as identities are found by it (directory/identity.ts). */
  readonly email: string
  readonly normalized: string
  readonly firstName: string | null
  readonly lastName: string | null
  /** What the member gets. A role that is deleted meanwhile is left out. */
  readonly roleIds: readonly string[]
  /** A mail with the link was queued. */
  readonly isSent: boolean
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly revokedAtMs: number | null
  readonly acceptedAtMs: number | null
  /** The id of the user who accepted it. */
  readonly acceptedBy: string | null
}

/** Each of the last two loses its compare-and-set when the invitation was accepted or revoked before, or accepting it comes too late. */
export type InvitationChange =
  | { readonly kind: 'add-invitation'; readonly invitation: InvitationRecord }
  | { readonly kind: 'revoke-invitation'; readonly invitationId: string; readonly atMs: number }
  | {
      readonly kind: 'accept-invitation'
      readonly invitationId: string
      readonly acceptedBy: string
      readonly atMs: number
    }

export const invitationOrders = [
  'created_on_asc',
  'created_on_desc',
  'email_asc',
  'email_desc',
  'name_asc',
  'name_desc',
] as const
export type InvitationOrder = (typeof invitationOrders)[number]

export interface InvitationFilter {
  readonly order: InvitationOrder
  /** Besides those that can still be accepted. */
  readonly withAccepted: boolean
  /** Revoked and expired ones. */
  readonly withRevoked: boolean
  readonly nowMs: number
}

/** Where a page ended: the value that the list is sorted by, and the id. */
export type InvitationPlace = readonly [value: string | number, id: string]

/** What each order sorts by. */
const sortedBy = {
  created_on: ({ createdAtMs }: InvitationRecord) => createdAtMs,
  email: ({ normalized }: InvitationRecord) => normalized,
  name: invitationName,
} as const

export function invitationName({ firstName, lastName }: InvitationRecord): string {
  return [firstName, lastName].filter((name) => name !== null).join(' ')
}

export function invitationSort(order: InvitationOrder): {
  readonly by: keyof typeof sortedBy
  readonly isDescending: boolean
} {
  const by = (['created_on', 'email'] as const).find((name) => order.startsWith(name)) ?? 'name'
  return { by, isDescending: order.endsWith('_desc') }
}

/** The place of a page that ends with this invitation. */
export function invitationPlace(invitation: InvitationRecord, order: InvitationOrder): InvitationPlace {
  return [sortedBy[invitationSort(order).by](invitation), invitation.id]
}

export interface InvitationStore {
  find(id: string): Promise<InvitationRecord | undefined>
  findByCode(code: string): Promise<InvitationRecord | undefined>
  /** Of one organization, by index: at most `limit`, after a place. */
  list(
    organizationCode: string,
    filter: InvitationFilter,
    page: { readonly limit: number; readonly after?: InvitationPlace | undefined },
  ): Promise<readonly InvitationRecord[]>
  /** Deletes what expired before and was never accepted. An accepted one goes with its user or organization. */
  prune(expiredBeforeMs: number, signal?: AbortSignal): Promise<number>
}
