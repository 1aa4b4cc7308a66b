// A folder with what Auth0 gives: the users of its export job, the password hashes of its support, and the answers of its management API about
// roles and organizations. docs/guides/move-from-auth0.md says how each file is got.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type {
  CatalogEntries,
  ImportSource,
  MembershipEntry,
  OrganizationEntry,
  Read,
  UserEntry,
} from './entries.ts'
import { entriesOf } from './kinde-export.ts'
import { textOf, timeOf } from './kinde-user.ts'
import { escapeProblem, fileIn, linesOf, type LineFile } from './lines.ts'

const role = z.looseObject({
  id: textOf,
  name: z.string(),
  description: textOf,
  permissions: z.array(z.looseObject({ permission_name: z.string(), description: textOf })).default([]),
  /** Who has it everywhere. */
  users: z.array(z.looseObject({ user_id: z.string() })).default([]),
})
const organization = z.looseObject({
  id: z.string(),
  name: z.string(),
  display_name: textOf,
  members: z
    .array(
      z.looseObject({ user_id: z.string(), roles: z.array(z.looseObject({ name: z.string() })).default([]) }),
    )
    .default([]),
})

/** Throws ConfigError `file_unreadable`. */
export async function openAuth0Export(folder: string): Promise<ImportSource> {
  const users = await fileIn(folder, 'users.ndjson')
  if (users === undefined)
    throw new ConfigError('file_unreadable', `There is no users.ndjson in ${folder}.`, {
      hint: 'Put what the export job of Auth0 made into the folder under this name; it may be packed as users.ndjson.gz.',
    })
  if (users.bytes === 0) throw new ConfigError('file_unreadable', `${users.name} is empty.`)
  const passwordFile = await fileIn(folder, 'passwords.ndjson')
  const roles = await jsonIn(folder, 'roles.json', z.array(role))
  const organizations = await jsonIn(folder, 'organizations.json', z.array(organization))
  const keys = roleKeys([
    ...roles.map(({ name }) => name),
    ...organizations.flatMap(({ members }) => members.flatMap((one) => one.roles.map(({ name }) => name))),
  ])
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

/** Roles of Auth0 that are given everywhere have a home here: an organization, because a role is held in one. */
const everywhere = 'auth0-everywhere'

function* organizationEntries(
  organizations: readonly z.output<typeof organization>[],
  roles: readonly z.output<typeof role>[],
): Generator<OrganizationEntry> {
  const none = { properties: {}, featureFlags: {} }
  for (const { id, name, display_name } of organizations)
    yield { externalId: id, name: display_name ?? name, ...none }
  if (roles.some(({ users }) => users.length > 0))
    yield { externalId: everywhere, name: 'Everywhere', ...none }
}

/** By the id of the user. */
type Memberships = ReadonlyMap<string, readonly MembershipEntry[]>

function membershipsOf(
  organizations: readonly z.output<typeof organization>[],
  roles: readonly z.output<typeof role>[],
  keys: RoleKeys,
): Memberships {
  const byUser = new Map<string, MembershipEntry[]>()
  const add = (userId: string, one: MembershipEntry) => {
    const known = byUser.get(userId)
    if (known === undefined) byUser.set(userId, [one])
    else known.push(one)
  }
  for (const { id, members } of organizations)
    for (const { user_id, roles: held } of members)
      add(user_id, { organization: id, roles: held.map(({ name }) => keys(name)) })
  const heldEverywhere = new Map<string, string[]>()
  for (const { name, users } of roles)
    for (const { user_id } of users) {
      const held = heldEverywhere.get(user_id)
      if (held === undefined) heldEverywhere.set(user_id, [keys(name)])
      else held.push(keys(name))
    }
  for (const [userId, held] of heldEverywhere) add(userId, { organization: everywhere, roles: held })
  return byUser
}

type RoleKeys = (name: string) => string

/** Roles of Auth0 have names in any script. Each gets a key of its own: two that shared one would give each other's permissions. */
function roleKeys(names: readonly string[]): RoleKeys {
  const byKey = new Map<string, Set<string>>()
  for (const name of names) {
    const key = plainKey(name)
    byKey.set(key, (byKey.get(key) ?? new Set()).add(name))
  }
  return (name) => {
    const key = plainKey(name)
    const isFaithful = /^[a-z0-9][a-z0-9_.: -]{0,99}$/i.test(name.trim()) && byKey.get(key)?.size === 1
    return isFaithful ? key : `${key}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  }
}

function plainKey(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.:-]+/g, ' ')
    .trim()
    .replaceAll(' ', '-')
    .replace(/^[^a-z0-9]+/, '')
  return plain.slice(0, 100) || 'role'
}

function catalogOf(roles: readonly z.output<typeof role>[], keys: RoleKeys): CatalogEntries {
  const permissions = new Map(
    roles.flatMap((one) =>
      one.permissions.map(
        ({ permission_name: key, description }) => [key, { key, name: key, description }] as const,
      ),
    ),
  )
  return {
    permissions: [...permissions.values()],
    roles: roles.map(({ name, description, permissions: held }) => ({
      key: keys(name),
      name,
      description,
      permissions: held.map(({ permission_name }) => permission_name),
    })),
  }
}

const userLine = z.looseObject({
  user_id: textOf,
  email: textOf,
  email_verified: z.boolean().nullish(),
  username: textOf,
  phone_number: textOf,
  phone_verified: z.boolean().nullish(),
  given_name: textOf,
  family_name: textOf,
  name: textOf,
  picture: textOf,
  created_at: textOf,
  blocked: z.boolean().nullish(),
  identities: z
    .array(z.looseObject({ connection: z.string(), provider: textOf, isSocial: z.boolean().nullish() }))
    .nullish(),
  passwordHash: textOf,
})

interface Joined {
  readonly hashes: ReadonlyMap<string, string>
  readonly memberships: Memberships
}

function auth0User(line: unknown, { hashes, memberships }: Joined): UserEntry {
  const user = userLine.parse(line)
  const id = user.user_id ?? ''
  const hash = user.passwordHash ?? hashes.get(id) ?? (user.email && hashes.get(user.email.toLowerCase()))
  const social = (user.identities ?? []).filter(({ isSocial }) => isSocial === true)
  const isWritten = (value: string | undefined): value is string => value !== undefined
  return {
    providedId: user.user_id,
    // Auth0 fills the name with the address when it knows no other.
    firstName: user.given_name ?? (user.name === user.email ? undefined : user.name),
    lastName: user.family_name,
    picture: user.picture,
    createdAtMs: timeOf(user.created_at),
    isSuspended: user.blocked === true,
    identifiers: [
      ...[user.email]
        .filter(isWritten)
        .map((value) => ({ type: 'email', value, isVerified: user.email_verified === true }) as const),
      ...[user.phone_number]
        .filter(isWritten)
        .map((value) => ({ type: 'phone', value, isVerified: user.phone_verified === true }) as const),
      ...[user.username]
        .filter(isWritten)
        .map((value) => ({ type: 'username', value, isVerified: true }) as const),
    ],
    password:
      hash === undefined || hash === ''
        ? undefined
        : { hash: hash.replace(/^\$2b\$/, '$2a$'), method: 'bcrypt' },
    memberships: memberships.get(id) ?? [],
    properties: {},
    featureFlags: {},
    leftOut: social.map(
      ({ connection, provider }) =>
        `a sign-in with ${provider ?? connection}, because Mintage has no such connection`,
    ),
  }
}

const passwordLine = z.looseObject({
  _id: z.union([z.string(), z.looseObject({ $oid: z.string() })]).optional(),
  email: textOf,
  passwordHash: textOf,
})

/** By `auth0|` and id, and by address: whichever the export of users has. */
async function passwordsOf(file: LineFile | undefined): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>()
  if (file === undefined) return hashes
  for await (const line of linesOf(file, () => {})) {
    const parsed = line.kind === 'text' ? passwordLine.safeParse(jsonOf(line.text)).data : undefined
    if (parsed === undefined)
      throw new ConfigError(
        'file_unreadable',
        `${file.name}:${String(line.number)} is not a line of Auth0's password export.`,
      )
    const { _id: id, email, passwordHash } = parsed
    if (passwordHash === undefined) continue
    if (id !== undefined) hashes.set(`auth0|${typeof id === 'string' ? id : id.$oid}`, passwordHash)
    if (email !== undefined) hashes.set(email.toLowerCase(), passwordHash)
  }
  return hashes
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
