// Users as a table: the columns of Kinde's bulk import (C2§16). A user who belongs to several organizations may be on several lines.
import { basename } from 'node:path'
import { parse, CsvError } from 'csv-parse'
import { ConfigError } from '../errors/index.ts'
import type { ImportSource, Read, UserEntry } from './entries.ts'
import { problemOf } from './kinde-export.ts'
import { kindeUser } from './kinde-user.ts'
import { fileOfLines, type LineFile } from './lines.ts'

/** Columns that hold several values, with commas between them. */
const lists = {
  role_key: 'roles',
  roles: 'roles',
  permission_key: 'permissions',
  permissions: 'permissions',
} as const

const columns = [
  'id',
  'email',
  'phone',
  'username',
  'first_name',
  'last_name',
  'picture',
  'created_on',
  'email_verified',
  'phone_verified',
  'is_suspended',
  'external_organization_id',
  'hashed_password',
  'hashing_method',
  'salt',
  'salt_position',
  'salt_format',
  'iterations',
  'rounds',
  'mem_cost',
  ...Object.keys(lists),
] as const

/** Throws ConfigError `file_unreadable`. */
export async function openCsv(path: string): Promise<ImportSource> {
  const file = await fileOfLines(path, basename(path)).catch((cause: unknown) => {
    throw new ConfigError('file_unreadable', `${path} cannot be read.`, { cause })
  })
  let bytesRead = 0
  return {
    fingerprint: file.fingerprint,
    users: (after) => rowsOf(file, after, (bytes) => (bytesRead = bytes)),
    progress: () => (file.bytes === 0 ? undefined : Math.min(1, bytesRead / file.bytes)),
  }
}

async function* rowsOf(
  file: LineFile,
  after: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Read<UserEntry>> {
  const source = await file.open()
  const parser = parse({
    bom: true,
    columns: (header: string[]) => header.map((name) => columnOf(name, file.name)),
    trim: true,
    skip_empty_lines: true,
    info: true,
    relax_column_count: true,
  })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let position = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      onRead(info.bytes)
      position += 1
      if (position <= after) continue
      yield { position, at: `${file.name}:${String(info.lines)}`, ...entryOf(record) }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ConfigError(
      'file_unreadable',
      `${file.name} is not a table of comma-separated values: ${error.message}`,
      {
        hint: 'What was read before this line is imported. Correct the line, and run the command again.',
        cause: error,
      },
    )
  } finally {
    source.destroy()
  }
}

interface Row {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly info: { readonly lines: number; readonly bytes: number }
}

function columnOf(name: string, file: string): string {
  const column = name.trim().toLowerCase()
  if (columns.some((known) => known === column)) return column
  throw new ConfigError('file_unreadable', `${file} has a column “${name}” that is not known.`, {
    hint: `Name the columns as Kinde does: ${columns.join(', ')}. Leave out what is not among them.`,
  })
}

function entryOf(
  row: Row['record'],
):
  | { readonly kind: 'entry'; readonly entry: UserEntry }
  | { readonly kind: 'unreadable'; readonly reason: string } {
  const { id, external_organization_id: organizations, hashed_password, hashing_method, ...rest } = row
  const { salt, salt_position, salt_format, iterations, rounds, mem_cost, ...profile } = rest
  const hash = {
    hashed_password,
    hashing_method,
    salt,
    salt_position,
    salt_format,
    iterations,
    rounds,
    mem_cost,
  }
  const given = Object.fromEntries(
    Object.entries(hash).filter(([, value]) => value !== '' && value !== undefined),
  )
  const held = { roles: new Array<string>(), permissions: new Array<string>() }
  for (const [column, kind] of Object.entries(lists)) held[kind].push(...listOf(row[column]))
  try {
    const entry = kindeUser({
      ...Object.fromEntries(Object.entries(profile).filter(([name]) => !Object.hasOwn(lists, name))),
      id,
      ...(hashed_password !== undefined && hashed_password !== '' && { password: given }),
      organizations: listOf(organizations).map((external_id) => ({
        external_id,
        ...(held.roles.length > 0 && { roles: held.roles }),
        ...(held.permissions.length > 0 && { permissions: held.permissions }),
      })),
    })
    return { kind: 'entry', entry }
  } catch (error) {
    return { kind: 'unreadable', reason: problemOf(error) }
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
