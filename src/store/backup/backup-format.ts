// The file of a backup: lines of JSON in gzip, the same for both databases. The first line says what it is, each table has a line with its
// columns and one for each row, and the last line has the number of rows of each table and the SHA-256 of all lines before.
//
//   {"mintageBackup":1,"createdAt":"2026-01-01T00:00:00.000Z","from":"sqlite","migrations":[{"id":1,"name":"…"}],"masterKeyCheck":"…"}
//   {"table":"users","columns":["id","first_name",…]}
//   ["kp_1","Ada",…]
//   {"end":{"rows":{"users":1,…},"sha256":"…"}}
import { z } from 'zod'
import { ConfigError } from '../../errors/index.ts'
import { fileReason } from '../../files/index.ts'

export const formatVersion = 1

export const headerSchema = z.strictObject({
  mintageBackup: z.literal(formatVersion),
  createdAt: z.string(),
  from: z.enum(['sqlite', 'postgres']),
  migrations: z.array(z.strictObject({ id: z.int(), name: z.string() })),
  /** The value by which a database knows its master key (sql/master-key-check.ts). */
  masterKeyCheck: z.string(),
})

/** Of a format that this version may not know. */
export const anyHeaderSchema = z.looseObject({ mintageBackup: z.int() })

export const tableSchema = z.strictObject({ table: z.string(), columns: z.array(z.string()).min(1) })
export const rowSchema = z.array(z.union([z.string(), z.number(), z.null()]))
export const endSchema = z.strictObject({
  end: z.strictObject({ rows: z.record(z.string(), z.int().min(0)), sha256: z.string() }),
})

export type BackupHeader = z.infer<typeof headerSchema>

export interface BackupSummary {
  readonly header: BackupHeader
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>
  readonly sha256: string
}

export interface BackupProgress {
  readonly table: string
  readonly rows: number
}

export function invalidBackup(file: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError('backup_invalid', `${file} ${what}.`, {
    hint: 'Nothing was changed. Use another backup: this one cannot be restored.',
    ...(cause !== undefined && { cause }),
  })
}

/** An error of the file system as ours; anything else as it is. */
export function fileError(file: string, what: 'read' | 'written', error: unknown): unknown {
  const reason = fileReason(error)
  if (reason === undefined) return error
  return new ConfigError('file_unreadable', `${file} cannot be ${what}: ${reason}.`, {
    hint: 'Check the path, its permissions and the room on its disk.',
    cause: error,
  })
}
