// Users as a table: the columns of Kinde's bulk import (C2§16). A user who belongs to several organizations may be on several lines.
import { basename } from 'node:path'
import { parse, CsvError } from 'csv-parse'
import { AppError, ConfigError } from '../errors/index.ts'
import type { ImportSource, Read, UserEntry } from './entries.ts'
import { problemOf } from './kinde-export.ts'
import { kindeUser } from './kinde-user.ts'
import { contentOf, damaged, fileOfLines, mostLineBytes, type LineFile } from './lines.ts'

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
  const file = await fileOfLines(path, basename(path))
  if (file.bytes === 0) throw new ConfigError('file_unreadable', `${file.name} is empty.`)
  let bytesRead = 0
  return {
    fingerprint: file.fingerprint,
    users: (after) => rowsOf(file, after, (bytes) => (bytesRead += bytes)),
    progress: () => (file.bytes === 0 ? undefined : Math.min(1, bytesRead / file.bytes)),
  }
}

async function* rowsOf(
  file: LineFile,
  after: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Read<UserEntry>> {
  let width = 0
  const parser = parse({
    bom: true,
    columns(header: string[]) {
      width = header.length
      return columnsOf(header, file.name)
    },
    trim: true,
    skip_empty_lines: true,
    info: true,
    relax_column_count: true,
    max_record_size: mostLineBytes,
  })
  const content = await contentOf(file, onRead)
  content.on('error', (error) => parser.destroy(error))
  content.pipe(parser)
  let position = 0
  let line = 0
  let countedTwice = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      const given = info.error?.record ?? Object.values(record)
      countedTwice += given.join('').split('\r\n').length - 1
      // csv-parse counts a line end of Windows in quotes as two.
      line = info.lines - countedTwice
      position += 1
      if (position <= after) continue
      const read = info.error && given.length > width ? unreadable(tooManyValues) : entryOf(record)
      yield { position, at: `${file.name}:${String(line)}`, ...read }
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw damaged(file, lineOf(error) ?? line + 1, error instanceof CsvError ? tableProblem(error) : error)
  } finally {
    content.destroy()
  }
}

const tooManyValues =
  'it has more values than there are columns; a value that holds a comma has to be in quotes'

function unreadable(reason: string) {
  return { kind: 'unreadable', reason } as const
}

/** What csv-parse says repeats the value, and a report is read by more people than the table. */
function tableProblem({ code }: CsvError): Error {
  return new Error(tableProblems[code] ?? 'it is not a table of comma-separated values')
}

const tableProblems: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: 'a line has more than 1 MB, or a quote does not end',
  CSV_QUOTE_NOT_CLOSED: 'a quote does not end',
  CSV_INVALID_CLOSING_QUOTE: 'a quote ends inside of a value',
  INVALID_OPENING_QUOTE: 'a quote begins inside of a value',
}

/** What csv-parse says of it. */
function lineOf(error: unknown): number | undefined {
  const lines: unknown = error instanceof CsvError ? Reflect.get(error, 'lines') : undefined
  return typeof lines === 'number' ? lines : undefined
}

interface Row {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly info: {
    readonly lines: number
    /** Of a line with more or fewer values than there are columns. */
    readonly error?: { readonly record?: readonly string[] }
  }
}

const identifierColumns = ['email', 'phone', 'username']

/** The columns of a header. Throws ConfigError `file_unreadable`. */
function columnsOf(header: readonly string[], file: string): string[] {
  const names = header.map((name) => columnOf(name, file))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new ConfigError('file_unreadable', `${file}:1 has the column “${twice}” twice.`)
  if (!names.some((name) => identifierColumns.includes(name)))
    throw new ConfigError('file_unreadable', `${file}:1 has no column by which users sign in.`, {
      hint: `The first line names the columns. One of ${identifierColumns.join(', ')} has to be among them.`,
    })
  return names
}

function columnOf(name: string, file: string): string {
  const column = name.trim().toLowerCase()
  if (columns.some((known) => known === column)) return column
  if (/[;\t]/.test(name))
    throw new ConfigError('file_unreadable', `${file}:1 separates values by semicolons or tabs.`, {
      hint: 'Separate them by commas, and put values that hold a comma in quotes.',
    })
  throw new ConfigError(
    'file_unreadable',
    `${file}:1 has a column “${name.slice(0, 100)}” that is not known.`,
    {
      hint: `Name the columns as Kinde does: ${columns.join(', ')}. Leave out what is not among them.`,
    },
  )
}

function entryOf(
  row: Row['record'],
):
  | { readonly kind: 'entry'; readonly entry: UserEntry }
  | { readonly kind: 'unreadable'; readonly reason: string } {
  const texts = Object.values(row).filter((text) => text !== undefined)
  // The decoder puts U+FFFD in the place of what it cannot read.
  if (texts.some((text) => text.includes('\uFFFD'))) return unreadable('it is not UTF-8')
  if (texts.some((text) => text.includes('\0'))) return unreadable('a text holds a NUL character')
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
    return unreadable(problemOf(error))
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
