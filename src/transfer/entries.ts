// What an import reads of another system, whatever the form of its export: users and organizations in Mintage's words, one at a time.
import type { GivenHash } from '../directory/index.ts'
import type { LineFile } from './lines.ts'
import type { OwnCatalog } from './own-catalog.ts'
import type { OwnOrganization, OwnUser } from './own-records.ts'
import type { ApplicationType, FlagType, IdentityType, PropertyContext } from '../store/index.ts'

export interface UserEntry {
  /** The id in the other system. One that has the form of Kinde's (`kp_…`) stays the user's id here. */
  readonly id?: string | undefined
  /** For `provided_id`. */
  readonly providedId?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly picture?: string | undefined
  readonly createdAtMs?: number | undefined
  readonly isSuspended: boolean
  readonly identifiers: readonly {
    readonly type: IdentityType
    readonly value: string
    readonly isVerified: boolean
  }[]
  readonly password?: GivenHash | undefined
  readonly memberships: readonly MembershipEntry[]
  /** By key. */
  readonly properties: Readonly<Record<string, string>>
  /** By key; a text is read by the type of its flag. */
  readonly featureFlags: Readonly<Record<string, unknown>>
  /** What the other system has and Mintage cannot take, in words for the report. */
  readonly leftOut: readonly string[]
  /** Of an export of Mintage. */
  readonly own?: OwnUser | undefined
}

export interface MembershipEntry {
  /** The code of the organization, or its id in another system. */
  readonly organization: string
  /** Keys. Undefined: the default roles. */
  readonly roles?: readonly string[] | undefined
  readonly permissions?: readonly string[] | undefined
}

export interface OrganizationEntry {
  /** One that has the form of Kinde's (`org_…`) stays the code here. */
  readonly code?: string | undefined
  readonly externalId?: string | undefined
  readonly name: string
  readonly handle?: string | undefined
  readonly createdAtMs?: number | undefined
  readonly isAutoMembershipEnabled?: boolean | undefined
  readonly properties: Readonly<Record<string, string>>
  readonly featureFlags: Readonly<Record<string, unknown>>
  /** Of an export of Mintage. */
  readonly own?: OwnOrganization | undefined
}

/** A record of the source, or what is wrong with it. */
export type Read<Entry> = {
  /** Records of the source up to this one, this one included. */
  readonly position: number
  /** For people: the file and its line. */
  readonly at: string
} & (
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'unreadable'; readonly reason: string }
)

interface Named {
  readonly key: string
  readonly name: string
  readonly description?: string | undefined
}

/** What users hold and applications need, for systems that tell it. */
export interface CatalogEntries {
  readonly permissions: readonly Named[]
  readonly roles: readonly (Named & {
    /** Keys. */
    readonly permissions: readonly string[]
  })[]
  readonly properties?: readonly (Named & {
    readonly context: PropertyContext
    readonly isPrivate: boolean
  })[]
  readonly featureFlags?: readonly (Named & {
    readonly type: FlagType
    /** Of the environment; a text is read by the type. */
    readonly value: unknown
  })[]
  readonly apis?: readonly {
    readonly name: string
    readonly audience: string
    /** Keys. */
    readonly scopes: readonly string[]
  }[]
  readonly applications?: readonly {
    /** One that has the form of Kinde's stays. */
    readonly clientId: string
    readonly clientSecret?: string | undefined
    readonly name: string
    readonly type: ApplicationType
    readonly loginUri?: string | undefined
    readonly homepageUri?: string | undefined
    readonly redirectUris: readonly string[]
    readonly logoutUris: readonly string[]
  }[]
}

export interface ImportSource {
  readonly catalog?: CatalogEntries
  /** The same for the same content, so that an interrupted import is found again. */
  readonly fingerprint: string
  /** Undefined where the source has only people. */
  readonly organizations?: (() => AsyncIterable<Read<OrganizationEntry>>) | undefined
  /** Those behind the first `after` records. */
  users(after: number): AsyncIterable<Read<UserEntry>>
  /** How much of the users has been read: from 0 to 1; undefined when it cannot be known. */
  readonly progress: () => number | undefined
  /** Of an export of Mintage. */
  readonly own?: OwnSource | undefined
}

/** What an export of Mintage has beyond users and organizations. */
export interface OwnSource {
  readonly catalog: OwnCatalog
  /** Of the server that was exported. */
  readonly issuer: string
  /** The value behind `${env:NAME}`. */
  readonly secret: (name: string) => string | undefined
  /** By the path in the export. */
  readonly lines: (name: string) => Promise<LineFile>
  readonly file: (name: string) => Promise<Uint8Array>
}
