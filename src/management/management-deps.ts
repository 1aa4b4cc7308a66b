// What the management API needs from the rest, as one narrow object.
import type { RunPlace } from '../deployments/index.ts'
import type { RandomBytes } from '../directory/index.ts'
import type { ApplicationRecord, Store, TokenLifetimes } from '../store/index.ts'
import type { JudgesUrl } from '../webhooks/index.ts'

export interface AccessTokenFacts {
  readonly clientId: string
  /** Absent in a machine's token; a user's is refused. */
  readonly subject: string | undefined
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  /** `org_code` of the token. */
  readonly organizationCode: string | null
}

/** Who asks, after everything of the token was judged. */
export interface Caller {
  /** Null for the operator, who is at the database itself and holds its master key. */
  readonly clientId: string | null
  /** The one organization that the caller is bound to (docs/decisions/0024); null for a machine of the whole environment. */
  readonly organizationCode: string | null
  /** Of the token; absent for the operator, who may do everything. */
  readonly scopes?: readonly string[]
  /** The network address of who calls a public operation. */
  readonly address?: string
}

/** Where deployments are checked, and what becomes of them here. */
export interface DeploymentPlace {
  readonly place: () => Promise<RunPlace>
  /** False where something else is served than what is live in the database: by `mintage dev`. */
  readonly isFollowed: boolean
  /** Takes over what is live now; the other servers follow by themselves. */
  readonly settle: () => Promise<void>
}

/** A part of an application that the protocol engine does not take. */
export interface RefusedPart {
  /** Undefined when the application cannot be used at all. */
  readonly field: string | undefined
  readonly reason: string
}

export interface ManagementDeps {
  readonly store: Pick<
    Store,
    | 'activity'
    | 'apiKeys'
    | 'artifacts'
    | 'audit'
    | 'billing'
    | 'branding'
    | 'commit'
    | 'deployments'
    | 'directory'
    | 'events'
    | 'invitations'
    | 'invocations'
    | 'recordings'
    | 'rehearsals'
    | 'shadows'
    | 'webhooks'
    | 'subscribers'
  >
  readonly deployments: DeploymentPlace
  /** Asked before an application is written. */
  readonly refusedParts: (application: ApplicationRecord) => Promise<readonly RefusedPart[]>
  /** Of a new application. */
  readonly tokenLifetimes: TokenLifetimes
  /** Where webhooks may be. */
  readonly egress: JudgesUrl
  /** Undefined for a token that is not of this issuer, expired or revoked. */
  readonly verifyAccessToken: (token: string) => Promise<AccessTokenFacts | undefined>
  /** The main address of the issuer and its further ones, without a trailing slash. */
  readonly issuerUrl: string
  readonly customDomains?: readonly string[]
  /** For how many days a new invitation works. */
  readonly invitationDays: number
  readonly nowMs: () => number
  /** How many requests one application may send to this server in a minute. */
  readonly requestsPerMinute: number
  readonly random: RandomBytes
  /** Called with our own defect behind a neutral answer; it is logged only here. */
  readonly onDefect?: (error: unknown) => void
}
