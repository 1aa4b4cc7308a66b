// Reads a backup whole and checks all of it: a file that was cut short, damaged, edited, or that is not a backup is refused with what is
// wrong. Rows are given on in batches while they are read; the caller writes them in one transaction, because the checksum
// comes last.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { ConfigError } from '../../errors/index.ts'
import {
  anyHeaderSchema,
  endSchema,
  fileError,
  formatVersion,
  headerSchema,
  invalidBackup,
  rowSchema,
  tableSchema,
  type BackupHeader,
  type BackupSummary,
} from './backup-format.ts'
import type { BackupRow, RowBatch } from './backup-port.ts'
import { isBackupTable, type BackupTable } from './backup-tables.ts'

const rowsAtATime = 500
/** A document has some megabytes at most; without a bound a small file could fill the memory. */
const mostLineCharacters = 64 * 1024 * 1024

export interface BackupReader {
  readonly onHeader?: (header: BackupHeader) => void
  readonly onRows?: (table: BackupTable, batch: RowBatch) => Promise<void>
}

/** Throws ConfigError `backup_invalid`, `schema_mismatch`, `file_unreadable`. */
export async function readBackup(file: string, reader: BackupReader): Promise<BackupSummary> {
  const reading = new BackupReading(file, reader)
  for await (const line of linesOf(file)) await reading.take(line)
  return reading.summary()
}

class BackupReading {
  readonly #file: string
  readonly #reader: BackupReader
  readonly #hash = createHash('sha256')
  readonly #counts: Record<string, number> = {}
  #header: BackupHeader | undefined
  #table: { readonly name: BackupTable; readonly columns: readonly string[] } | undefined
  #batch: BackupRow[] = []
  #sha256: string | undefined

  constructor(file: string, reader: BackupReader) {
    this.#file = file
    this.#reader = reader
  }

  async take(line: string): Promise<void> {
    if (this.#sha256 !== undefined) throw this.#invalid('goes on after its end')
    const value = this.#parsed(line)
    const end = endSchema.safeParse(value)
    if (end.success) return this.#end(end.data.end)
    this.#hash.update(`${line}\n`)
    if (this.#header === undefined) return this.#begin(value)
    if (Array.isArray(value)) return this.#row(value)
    await this.#flush()
    this.#startTable(value)
  }

  summary(): BackupSummary {
    if (this.#header === undefined) throw this.#invalid('is empty')
    if (this.#sha256 === undefined) throw this.#invalid('was cut short: its end is missing')
    return { header: this.#header, rows: this.#counts, sha256: this.#sha256 }
  }

  #begin(value: unknown): void {
    const any = anyHeaderSchema.safeParse(value)
    if (!any.success) throw this.#invalid('is not a backup of Mintage')
    if (any.data.mintageBackup > formatVersion) {
      throw new ConfigError('schema_mismatch', `${this.#file} was made by a newer version of Mintage.`, {
        hint: 'Restore it with that version, or a newer one.',
      })
    }
    const header = headerSchema.safeParse(value)
    if (!header.success) throw this.#invalid('is damaged: its first line cannot be read')
    this.#header = header.data
    this.#reader.onHeader?.(header.data)
  }

  #startTable(value: unknown): void {
    const found = tableSchema.safeParse(value)
    if (!found.success) throw this.#invalid('is damaged: a line of it is neither a table nor a row')
    const { table: name, columns } = found.data
    if (!isBackupTable(name)) throw this.#invalid('holds a table that Mintage does not have')
    if (name in this.#counts) throw this.#invalid(`holds the table ${name} twice`)
    this.#table = { name, columns }
    this.#counts[name] = 0
  }

  async #row(value: readonly unknown[]): Promise<void> {
    const row = rowSchema.safeParse(value)
    const table = this.#table
    if (table === undefined || !row.success || row.data.length !== table.columns.length)
      throw this.#invalid('is damaged: a row does not fit its table')
    this.#batch.push(row.data)
    this.#counts[table.name] = (this.#counts[table.name] ?? 0) + 1
    if (this.#batch.length >= rowsAtATime) await this.#flush()
  }

  async #flush(): Promise<void> {
    const [rows, table] = [this.#batch, this.#table]
    this.#batch = []
    if (table !== undefined && rows.length > 0)
      await this.#reader.onRows?.(table.name, { columns: table.columns, rows })
  }

  async #end({ rows, sha256 }: { rows: Record<string, number>; sha256: string }): Promise<void> {
    await this.#flush()
    const isComplete =
      Object.keys(rows).length === Object.keys(this.#counts).length &&
      Object.entries(rows).every(([table, count]) => this.#counts[table] === count)
    if (!isComplete || this.#header === undefined) throw this.#invalid('is damaged: rows are missing')
    if (this.#hash.digest('hex') !== sha256) throw this.#invalid('is damaged: its checksum is wrong')
    this.#sha256 = sha256
  }

  #parsed(line: string): unknown {
    try {
      const value: unknown = JSON.parse(line)
      return value
    } catch {
      throw this.#header === undefined
        ? this.#invalid('is not a backup of Mintage')
        : this.#invalid('is damaged: a line of it is not JSON')
    }
  }

  #invalid(what: string): ConfigError {
    return invalidBackup(this.#file, what)
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const unzipped = createGunzip()
  source.on('error', (error) => unzipped.destroy(error))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of source.pipe(unzipped)) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
      rest = parts.pop() ?? ''
      if (rest.length > mostLineCharacters) throw invalidBackup(file, 'has a line that is too long')
      yield* parts
    }
    if (rest + decoder.decode() !== '') throw invalidBackup(file, 'was cut short')
  } catch (error) {
    throw unzipError(file, error)
  } finally {
    source.destroy()
  }
}

function unzipError(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return invalidBackup(file, 'was cut short', error)
  if (code === 'Z_DATA_ERROR' || code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return invalidBackup(file, 'is damaged, or not a backup of Mintage', error)
  return fileError(file, 'read', error)
}
