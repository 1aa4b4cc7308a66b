// Opens the database, brings its schema up to date, checks the master key and puts the aggregates together.
import { foldedLog, type FoldedLog } from './folded-log.ts'
import { SealedBox } from './sealed-box.ts'
import { checkMasterKey } from './sql/master-key-check.ts'
import { SqlActivityStore } from './sql/sql-activity-store.ts'
import { SqlArtifactStore } from './sql/sql-artifact-store.ts'
import { SqlAuditStore } from './sql/sql-audit-store.ts'
import { SqlBillingStore } from './sql/sql-billing-store.ts'
import { SqlBrandingStore } from './sql/sql-branding-store.ts'
import { SqlDeploymentStore } from './sql/sql-deployment-store.ts'
import { SqlDirectoryStore } from './sql/sql-directory-store.ts'
import { SqlEventStore } from './sql/sql-event-store.ts'
import { SqlInvitationStore } from './sql/sql-invitation-store.ts'
import { SqlInvocationStore } from './sql/sql-invocation-store.ts'
import { SqlJobStore } from './sql/sql-job-store.ts'
import { SqlOneTimeTokenStore } from './sql/sql-one-time-token-store.ts'
import { SqlImportStore } from './sql/sql-import-store.ts'
import { SqlSubscriberStore } from './sql/sql-subscriber-store.ts'
import { SqlApiKeyStore } from './sql/sql-api-key-store.ts'
import { SqlRehearsalStore } from './sql/sql-rehearsal-store.ts'
import { SqlRecordingStore } from './sql/sql-recording-store.ts'
import { SqlSecretStore } from './sql/sql-secret-store.ts'
import { SqlShadowStore } from './sql/sql-shadow-store.ts'
import { SqlSigningKeyStore } from './sql/sql-signing-key-store.ts'
import { SqlThrottleStore } from './sql/sql-throttle-store.ts'
import { SqlWebhookStore } from './sql/sql-webhook-store.ts'
import type { Database } from './sql/database.ts'
import { storeCheck } from './sql/store-check.ts'
import { unitOfWork } from './sql/unit-of-work.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import type { Store, StoreOptions } from './store.ts'

/** How long a store that closes waits for the last records of runs. */
const lastWritesMs = 3_000

/**
 * Rejects with ConfigError `schema_mismatch` or `master_key_wrong` when the database is not one that may be used, and with
 * StoreError `store_unavailable` when it cannot be reached.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const log = foldedLog(options.log ?? (() => {}))
  const { database, nowMs } = await openDatabase(options, log)
  try {
    const box = new SealedBox(options.masterKey)
    await checkMasterKey(database, box)
    return storeOn(database, { box, log, nowMs })
  } catch (error) {
    await database.close()
    throw error
  }
}

interface OpenedDatabase {
  readonly database: Database
  readonly nowMs: () => number
}

async function openDatabase(
  { location, now = () => Date.now() }: StoreOptions,
  log: FoldedLog,
): Promise<OpenedDatabase> {
  if (location.kind === 'sqlite') return { database: await openSqlite(location.file, now()), nowMs: now }
  const { openPostgres } = await import('./postgres/open-postgres.ts') // its driver is not read at a start on SQLite
  return openPostgres(location.url, now(), log)
}

interface StoreParts {
  readonly box: SealedBox
  readonly log: FoldedLog
  readonly nowMs: () => number
}

function storeOn(database: Database, { box, log, nowMs }: StoreParts): Store {
  const jobs = new SqlJobStore(database, box)
  const events = new SqlEventStore(database)
  const recordings = new SqlRecordingStore(database, { box, log, nowMs })
  const invocations = new SqlInvocationStore(database, recordings, log)
  const shadows = new SqlShadowStore(database, log)
  const directory = new SqlDirectoryStore(database, box, log)
  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    await Promise.all([invocations.close(lastWritesMs), shadows.close(lastWritesMs)])
    await database.close()
    log.close()
  }
  return {
    activity: new SqlActivityStore(database),
    artifacts: new SqlArtifactStore(database),
    audit: new SqlAuditStore(database),
    billing: new SqlBillingStore(database),
    branding: new SqlBrandingStore(database),
    deployments: new SqlDeploymentStore(database),
    directory,
    events,
    invitations: new SqlInvitationStore(database, box),
    invocations,
    jobs,
    oneTimeTokens: new SqlOneTimeTokenStore(database),
    apiKeys: new SqlApiKeyStore(database),
    subscribers: new SqlSubscriberStore(database),
    rehearsals: new SqlRehearsalStore(database, box),
    imports: new SqlImportStore(database),
    recordings,
    shadows,
    secrets: new SqlSecretStore(database, box),
    signingKeys: new SqlSigningKeyStore(database, box),
    throttles: new SqlThrottleStore(database),
    webhooks: new SqlWebhookStore(database),
    commit: unitOfWork({
      database,
      box,
      directory,
      nowMs,
      onEnqueued: () => jobs.nudge(),
      onEvents: (types) => events.announce(types),
    }),
    description: database.description,
    check: storeCheck(database),
    nowMs,
    close: () => (closed ??= close()),
  }
}
