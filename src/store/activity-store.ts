// When users were given access tokens, by the hour: the first and the last time of each hour. Written in the commit that issues the token
// (`note-token` of change.ts). When a user signed in to an organization is in the membership (`note-organization-sign-in`).

/** Kinde asks for three days at most; longer than a month helps no one. */
export const activityKeptDays = 40

export type ActivityChange =
  /** A user was given an access token. */
  | { readonly kind: 'note-token'; readonly userId: string; readonly atMs: number }
  /** A user signed in to an organization. Without an effect when the user left it meanwhile. */
  | {
      readonly kind: 'note-organization-sign-in'
      readonly organizationCode: string
      readonly userId: string
      readonly atMs: number
    }

/** In milliseconds, both inclusive. */
export interface ActivePeriod {
  readonly fromMs: number
  readonly toMs: number
}

export interface ActivityStore {
  /**
   * Members with the role who were given an access token in the period. Exact for periods of an hour or more: of a shorter one inside an hour,
   * only the first and the last token of each user in that hour are known.
   */
  activeWithRole(organizationCode: string, roleId: string, period: ActivePeriod): Promise<number>
  prune(olderThanMs: number, signal?: AbortSignal): Promise<number>
}
