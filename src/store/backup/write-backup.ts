// Writes a backup beside its final name, reads it back whole, and only then gives it that name.
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { ConfigError } from '../../errors/index.ts'
import { fileError, formatVersion, type BackupProgress, type BackupSummary } from './backup-format.ts'
import type { BackupSource } from './backup-port.ts'
import { readBackup } from './read-backup.ts'

export interface WriteBackupOptions {
  readonly file: string
  readonly overwrite: boolean
  readonly nowMs: number
  readonly masterKeyCheck: string
  readonly onProgress?: (progress: BackupProgress) => void
}

/** Throws ConfigError `file_exists`, `file_unreadable`. */
export async function writeBackup(source: BackupSource, options: WriteBackupOptions): Promise<BackupSummary> {
  const { file, overwrite } = options
  if (!overwrite && existsSync(file)) throw fileExists(file)
  const unfinished = `${file}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    // The file holds password hashes and personal data, so only its owner may read it.
    const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.from(lines(source, options)), createGzip(), target)
    const summary = await readBackup(unfinished, {})
    await giveName(unfinished, file, overwrite)
    return summary
  } catch (error) {
    throw fileError(file, 'written', error)
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function* lines(
  source: BackupSource,
  { nowMs, masterKeyCheck, onProgress }: WriteBackupOptions,
): AsyncGenerator<string> {
  const hash = createHash('sha256')
  const counts: Record<string, number> = {}
  const text = (values: readonly unknown[]) => {
    const chunk = values.map((value) => `${JSON.stringify(value)}\n`).join('')
    hash.update(chunk)
    return chunk
  }
  const createdAt = new Date(nowMs).toISOString()
  const { kind: from, migrations } = source
  yield text([{ mintageBackup: formatVersion, createdAt, from, migrations, masterKeyCheck }])
  for (const table of source.tables) {
    let rows = 0
    yield text([{ table, columns: await source.columns(table) }])
    for await (const batch of source.rows(table)) {
      if (batch.length > 0) yield text(batch)
      rows += batch.length
      onProgress?.({ table, rows })
    }
    counts[table] = rows
  }
  yield `${JSON.stringify({ end: { rows: counts, sha256: hash.digest('hex') } })}\n`
}

/** In one step, and so that the name survives a power cut. */
async function giveName(unfinished: string, file: string, overwrite: boolean): Promise<void> {
  if (overwrite) await rename(unfinished, file)
  else {
    await link(unfinished, file).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? fileExists(file) : error
    })
  }
  await syncFolder(dirname(file))
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function fileExists(file: string): ConfigError {
  return new ConfigError('file_exists', `${file} exists already.`, {
    hint: 'Choose another name, or give --overwrite.',
  })
}
