// A folder with what Auth0 gives: the users of its export job, the password hashes of its support, and the answers of its management API about
// roles and organizations. docs/guides/move-from-auth0.md says how each file is got.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import {
  auth0Organization,
  auth0Role,
  catalogOf,
  membershipsOf,
  organizationEntries,
  roleKeys,
} from './auth0-roles.ts'
import { auth0User, passwordsOf } from './auth0-user.ts'
import type { ImportSource, Read, UserEntry } from './entries.ts'
import { entriesOf } from './kinde-export.ts'
import { escapeProblem, fileIn } from './lines.ts'

/** Throws ConfigError `file_unreadable`. */
export async function openAuth0Export(folder: string): Promise<ImportSource> {
  const users = await fileIn(folder, 'users.ndjson')
  if (users === undefined)
    throw new ConfigError('file_unreadable', `There is no users.ndjson in ${folder}.`, {
      hint: 'Put what the export job of Auth0 made into the folder under this name; it may be packed as users.ndjson.gz.',
    })
  if (users.bytes === 0) throw new ConfigError('file_unreadable', `${users.name} is empty.`)
  const passwordFile = await fileIn(folder, 'passwords.ndjson')
  const roles = await jsonIn(folder, 'roles.json', z.array(auth0Role))
  const organizations = await jsonIn(folder, 'organizations.json', z.array(auth0Organization))
  const keys = roleKeys(organizations, roles)
  const memberships = membershipsOf(organizations, roles, keys)
  let passwords: Promise<ReadonlyMap<string, string>> | undefined
  let bytesRead = 0
  return {
    fingerprint: createHash('sha256')
      .update(users.fingerprint)
      .update(passwordFile?.fingerprint ?? '')
      .digest('hex'),
    catalog: catalogOf(roles, keys),
    async *organizations() {
      let position = 0
      for (const entry of organizationEntries(organizations, roles)) {
        position += 1
        yield { position, at: `organizations.json[${String(position - 1)}]`, kind: 'entry', entry }
      }
    },
    async *users(after) {
      passwords ??= passwordsOf(passwordFile)
      const hashes = await passwords
      yield* entriesOf(
        users,
        (line) => auth0User(line, { hashes, memberships }),
        after,
        (bytes) => (bytesRead += bytes),
      )
    },
    progress: () => (users.bytes === 0 ? undefined : Math.min(1, bytesRead / users.bytes)),
  } satisfies ImportSource & { users(after: number): AsyncIterable<Read<UserEntry>> }
}

/** A document of the management API, as a file; empty without one. Throws ConfigError `file_unreadable`. */
async function jsonIn<Value>(folder: string, name: string, schema: z.ZodType<Value[]>): Promise<Value[]> {
  const path = join(folder, name)
  if (!existsSync(path)) return []
  const bytes = await readFile(path)
  if (!isUtf8(bytes)) throw new ConfigError('file_unreadable', `${path} is not UTF-8.`)
  const parsed = schema.safeParse(parsedJson(bytes.toString('utf8').replace(/^\uFEFF/, ''), path))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const at = issue?.path.join('.') ?? ''
  throw new ConfigError(
    'file_unreadable',
    `${path} is not what Auth0 answers: ${at === '' ? 'the document' : at}: ${issue?.message ?? ''}.`,
    { hint: 'It has to be the list itself, as docs/guides/move-from-auth0.md says.' },
  )
}

function parsedJson(text: string, path: string): unknown {
  const escapes = escapeProblem(text)
  if (escapes !== undefined) throw new ConfigError('file_unreadable', `${path}: ${escapes}.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const [, position] = /position (\d+)/.exec(String(cause)) ?? []
    const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n')
    const place = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
    throw new ConfigError('file_unreadable', `${place} is not JSON.`, { cause })
  }
}
