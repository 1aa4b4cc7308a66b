// Backs a database up into one file, and makes a database of such a file again; either database can be restored from a backup of the
// other. docs/decisions/0028-backup-and-restore.md has the reasons.
import { ConfigError } from '../errors/index.ts'
import type { BackupProgress, BackupSummary } from './backup/backup-format.ts'
import type { BackupSource, RestoreOptions, RestoreTarget } from './backup/backup-port.ts'
import { readBackup } from './backup/read-backup.ts'
import { writeBackup } from './backup/write-backup.ts'
import { migrations } from './migrations/index.ts'
import { SealedBox } from './sealed-box.ts'
import { isSealedUnder, masterKeyCheckName } from './sql/master-key-check.ts'
import type { StoreOptions } from './store.ts'

export interface BackUpOptions {
  readonly location: StoreOptions['location']
  readonly file: string
  /** Replaces the file. */
  readonly overwrite: boolean
  readonly nowMs: number
  readonly onProgress?: (progress: BackupProgress) => void
}

/** Throws ConfigError `file_exists`, `file_unreadable`, `schema_mismatch`, StoreError `store_unavailable`, `store_corrupt`. */
export async function backUp({ location, ...options }: BackUpOptions): Promise<BackupSummary> {
  const source = await openSource(location)
  try {
    return await writeBackup(source, { ...options, masterKeyCheck: await masterKeyCheckOf(source) })
  } finally {
    await source.close()
  }
}

export interface RestoreBackupOptions {
  readonly location: StoreOptions['location']
  readonly file: string
  /** Replaces the database that is there. */
  readonly overwrite: boolean
  /** The key of the database that was backed up. */
  readonly masterKey: Uint8Array
  readonly nowMs: number
  readonly onProgress?: (progress: BackupProgress) => void
}

/**
 * The file is read and checked whole before the database is touched, and once more while it is restored, in one transaction.
 * Throws ConfigError `backup_invalid`, `file_unreadable`, `schema_mismatch`, `master_key_wrong`, `database_not_empty`,
 * `database_in_use`, StoreError `store_unavailable`.
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<BackupSummary> {
  const { location, file, overwrite, masterKey, nowMs, onProgress } = options
  const { header } = await readBackup(file, {
    // A newer schema may have tables that this version cannot read.
    onHeader: ({ migrations: applied }) => assertKnownSchema(file, applied),
  })
  // A damaged file must not look like one of another key.
  assertKey(file, header.masterKeyCheck, masterKey)
  const target = await openTarget(location, { overwrite, migrationCount: header.migrations.length, nowMs })
  try {
    let rows = 0
    const summary = await readBackup(file, {
      async onRows(table, batch) {
        await target.insert(table, batch)
        rows += batch.rows.length
        onProgress?.({ table, rows })
      },
    })
    await target.commit()
    return summary
  } finally {
    await target.close()
  }
}

async function openSource(location: StoreOptions['location']): Promise<BackupSource> {
  if (location.kind === 'sqlite') {
    const { openSqliteSource } = await import('./sqlite/sqlite-backup-source.ts')
    return openSqliteSource(location.file)
  }
  const { openPostgresSource } = await import('./postgres/postgres-backup-source.ts')
  return openPostgresSource(location.url)
}

async function openTarget(
  location: StoreOptions['location'],
  options: RestoreOptions,
): Promise<RestoreTarget> {
  if (location.kind === 'sqlite') {
    const { openSqliteTarget } = await import('./sqlite/sqlite-restore-target.ts')
    return openSqliteTarget(location.file, options)
  }
  const { openPostgresTarget } = await import('./postgres/postgres-restore-target.ts')
  return openPostgresTarget(location.url, options)
}

async function masterKeyCheckOf(source: BackupSource): Promise<string> {
  const columns = await source.columns('meta')
  for await (const batch of source.rows('meta')) {
    const row = batch.find((values) => values[columns.indexOf('name')] === masterKeyCheckName)
    if (row) return String(row[columns.indexOf('value')])
  }
  return ''
}

/** What later versions added is applied at the next start. */
function assertKnownSchema(file: string, applied: readonly { id: number; name: string }[]): void {
  const isKnown = applied.every(({ id, name }, index) => {
    const own = migrations[index]
    return own !== undefined && own.id === id && own.name === name
  })
  if (isKnown && applied.length > 0) return
  throw new ConfigError(
    'schema_mismatch',
    `${file} is of a schema that this version of Mintage does not know.`,
    {
      hint: 'Restore it with the version that made it, or a newer one.',
    },
  )
}

function assertKey(file: string, masterKeyCheck: string, masterKey: Uint8Array): void {
  if (isSealedUnder(new SealedBox(masterKey), masterKeyCheck)) return
  throw new ConfigError(
    'master_key_wrong',
    `${file} is of a database that was encrypted under another master key than the one that is given.`,
    {
      hint: 'Set MINTAGE_MASTER_KEY to the key of the server that was backed up, or put its master.key into the data folder.',
    },
  )
}
