// The database, by aggregate. SQLite and Postgres give the same (contract/ holds both to it). Every method rejects with StoreError
// `store_unavailable` when the database cannot be reached or written.
import type { ActivityStore } from './activity-store.ts'
import type { ApiKeyStore } from './api-key-store.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { AuditStore } from './audit-store.ts'
import type { BillingStore } from './billing-store.ts'
import type { BrandingStore } from './branding-store.ts'
import type { Change } from './change.ts'
import type { DeploymentStore } from './deployment-store.ts'
import type { DirectoryStore } from './directory-store.ts'
import type { EventStore } from './event-store.ts'
import type { StoreLog } from './folded-log.ts'
import type { ImportStore } from './import-store.ts'
import type { InvitationStore } from './invitation-store.ts'
import type { InvocationStore } from './invocation-store.ts'
import type { JobStore } from './job-store.ts'
import type { OneTimeTokenStore } from './one-time-token-store.ts'
import type { RehearsalStore } from './rehearsal-store.ts'
import type { RecordingStore } from './recording-store.ts'
import type { SecretStore } from './secret-store.ts'
import type { ShadowStore } from './shadow-store.ts'
import type { SigningKeyStore } from './signing-key-store.ts'
import type { SubscriberStore } from './subscriber-store.ts'
import type { ThrottleStore } from './throttle-store.ts'
import type { WebhookStore } from './webhook-store.ts'

export interface Store {
  readonly activity: ActivityStore
  readonly apiKeys: ApiKeyStore
  readonly artifacts: ArtifactStore
  readonly audit: AuditStore
  readonly billing: BillingStore
  readonly branding: BrandingStore
  readonly deployments: DeploymentStore
  readonly directory: DirectoryStore
  readonly events: EventStore
  readonly imports: ImportStore
  readonly invitations: InvitationStore
  readonly invocations: InvocationStore
  readonly jobs: JobStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly rehearsals: RehearsalStore
  readonly recordings: RecordingStore
  readonly secrets: SecretStore
  readonly shadows: ShadowStore
  readonly signingKeys: SigningKeyStore
  readonly subscribers: SubscriberStore
  readonly throttles: ThrottleStore
  readonly webhooks: WebhookStore
  /**
   * Makes all of the changes or none, in one transaction; durable when it resolves. Rejects with StoreError `changed_meanwhile` when a
   * compare-and-set was lost, and `store_conflict` when a unique value is taken or a record that a change refers to does not exist.
   */
  readonly commit: (changes: readonly Change[]) => Promise<void>
  /** `sqlite` or `postgres`, and where, without a password: for the terminal. */
  readonly description: string
  /** Writes one row that survives power loss. Rejects with StoreError `store_unavailable`, which says what is wrong and not where. */
  check(): Promise<void>
  /**
   * Milliseconds since the epoch, by the clock that all replicas share: the database's, or this machine's on SQLite. Whatever is
   * compared with a stored time goes by it.
   */
  nowMs(): number
  /** Takes seconds at most, whatever the database does; what is not written then is reported as lost. */
  close(): Promise<void>
}

export interface StoreOptions {
  readonly location:
    | { readonly kind: 'sqlite'; readonly file: string }
    | { readonly kind: 'postgres'; readonly url: string }
  /** 32 bytes under which secrets and keys are encrypted at rest. */
  readonly masterKey: Uint8Array
  /** Milliseconds since the epoch, by the clock of this machine. */
  readonly now?: () => number
  /** Gets what happens to the database while nothing asks for it, and records that were lost. */
  readonly log?: StoreLog
}
