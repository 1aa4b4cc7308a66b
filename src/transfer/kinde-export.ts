// Kinde's export, and that of `mintage export`: a folder, a .zip, or users.ndjson alone (C2§16).
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { ImportSource, OrganizationEntry, Read } from './entries.ts'
import { keyedValues, kindeUser, textOf, timeOf } from './kinde-user.ts'
import { fileIn, fileOfLines, linesOf, type LineFile } from './lines.ts'
import { ownOrganizationSchema } from './own-records.ts'
import { filesOfZip } from './zip.ts'

interface ExportFiles {
  readonly users: LineFile
  readonly organizations: LineFile | undefined
}

/** Throws ConfigError `file_unreadable` when nothing of an export is there. */
export async function openKindeExport(path: string): Promise<ImportSource> {
  const { users, organizations } = await filesOf(path)
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
  if (found.isFile() && path.endsWith('.zip')) {
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

/** A line for each record, JSON in it. */
export async function* entriesOf<Entry extends object>(
  file: LineFile,
  read: (line: unknown) => Entry,
  after = 0,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Read<Entry>> {
  let position = 0
  for await (const { number, text } of linesOf(file, onRead)) {
    position += 1
    if (position <= after) continue
    yield { position, at: `${file.name}:${number}`, ...entryOf(text, read) }
  }
}

type EntryOrReason<Entry> =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'unreadable'; readonly reason: string }

function entryOf<Entry>(text: string, read: (line: unknown) => Entry): EntryOrReason<Entry> {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return { kind: 'unreadable', reason: 'the line is not JSON' }
  }
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
