// Kinde's export, and that of `mintage export`: a folder, a .zip, or users.ndjson alone (C2§16).
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { ImportSource, OrganizationEntry, Read } from './entries.ts'
import { keyedValues, kindeUser, textOf, timeOf } from './kinde-user.ts'
import { escapeProblem, fileIn, fileOfLines, isZipFile, linesOf, type Line, type LineFile } from './lines.ts'
import { ownOrganizationSchema } from './own-records.ts'
import { filesOfZip } from './zip.ts'

interface ExportFiles {
  readonly users: LineFile
  readonly organizations: LineFile | undefined
}

/** Throws ConfigError `file_unreadable` when nothing of an export is there. */
export async function openKindeExport(path: string): Promise<ImportSource> {
  const { users, organizations } = await filesOf(path)
  if (users.bytes === 0 && organizations === undefined)
    throw new ConfigError('file_unreadable', `${users.name} is empty.`)
  let bytesRead = 0
  return {
    fingerprint: createHash('sha256')
      .update(users.fingerprint)
      .update(organizations?.fingerprint ?? '')
      .digest('hex'),
    organizations: organizations && (() => entriesOf(organizations, kindeOrganization)),
    users: (after) => entriesOf(users, kindeUser, after, (bytes) => (bytesRead += bytes)),
    progress: () => (users.bytes === 0 ? undefined : Math.min(1, bytesRead / users.bytes)),
  }
}

async function filesOf(path: string): Promise<ExportFiles> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ConfigError('file_unreadable', `${path} cannot be read.`, { cause })
  })
  if (found.isFile() && (await isZipFile(path))) {
    const files = await filesOfZip(path)
    return named((name) => files.find((file) => basename(file.name) === name), path)
  }
  if (found.isFile()) return { users: await fileOfLines(path, basename(path)), organizations: undefined }
  const [users, organizations] = await Promise.all([
    fileIn(path, 'users.ndjson'),
    fileIn(path, 'organizations.ndjson'),
  ])
  return named((name) => (name === 'users.ndjson' ? users : organizations), path)
}

function named(find: (name: string) => LineFile | undefined, path: string): ExportFiles {
  const users = find('users.ndjson')
  if (users === undefined)
    throw new ConfigError('file_unreadable', `There is no users.ndjson in ${path}.`, {
      hint: 'Name the export itself: the .zip, the folder that it was unpacked to, or its users.ndjson.',
    })
  return { users, organizations: find('organizations.ndjson') }
}

const organizationLine = z.looseObject({
  name: z.string(),
  organization_code: textOf,
  code: textOf,
  external_id: textOf,
  handle: textOf,
  created_on: textOf,
  is_auto_membership_enabled: z.boolean().nullish(),
  properties: keyedValues,
  feature_flags: keyedValues,
  mintage: ownOrganizationSchema.optional(),
})

export function kindeOrganization(line: unknown): OrganizationEntry {
  const given = organizationLine.parse(line)
  return {
    code: given.organization_code ?? given.code,
    externalId: given.external_id,
    name: given.name,
    handle: given.handle,
    createdAtMs: timeOf(given.created_on),
    isAutoMembershipEnabled: given.is_auto_membership_enabled ?? undefined,
    properties: Object.fromEntries(
      Object.entries(given.properties).map(([key, value]) => [key, String(value)]),
    ),
    featureFlags: given.feature_flags,
    own: given.mintage,
  }
}

/** A line for each record, JSON in it. Rejects with ConfigError `file_unreadable` for a file of another kind, by its first line. */
export async function* entriesOf<Entry extends object>(
  file: LineFile,
  read: (line: unknown) => Entry,
  after = 0,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Read<Entry>> {
  let position = 0
  for await (const line of linesOf(file, onRead)) {
    position += 1
    const parsed = parsedLine(line)
    if (position === 1 && !('object' in parsed)) throw otherKind(file, line.number, parsed.reason)
    if (position <= after) continue
    const at = `${file.name}:${line.number}`
    if ('object' in parsed) yield { position, at, ...entryOf(parsed.object, read) }
    else yield { position, at, kind: 'unreadable', reason: parsed.reason }
  }
}

function otherKind(file: LineFile, line: number, reason: string): ConfigError {
  return new ConfigError('file_unreadable', `${file.name}:${line}: ${reason}.`, {
    hint: 'Each line has to be a JSON object, as in the export: neither a list in brackets, nor an encrypted file.',
  })
}

function parsedLine(line: Line): { readonly object: object } | { readonly reason: string } {
  if (line.kind === 'unreadable') return line
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch {
    return { reason: 'the line is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: 'the line is not an object' }
  const reason = escapeProblem(line.text)
  return reason === undefined ? { object: value } : { reason }
}

type EntryOrReason<Entry> =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'unreadable'; readonly reason: string }

function entryOf<Entry>(line: object, read: (line: unknown) => Entry): EntryOrReason<Entry> {
  try {
    return { kind: 'entry', entry: read(line) }
  } catch (error) {
    return { kind: 'unreadable', reason: problemOf(error) }
  }
}

/** Which field, without its value: a report is read by more people than the export. */
export function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) throw error
  const [issue] = error.issues
  const field = issue?.path.join('.')
  return field === undefined || field === ''
    ? 'the line is not an object'
    : `the field ${field} cannot be understood`
}
