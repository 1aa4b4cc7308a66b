// A line of Auth0's export of users as a user, with its password out of another file.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import type { Memberships } from './auth0-roles.ts'
import type { UserEntry } from './entries.ts'
import { textOf, timeOf } from './kinde-user.ts'
import { linesOf, type LineFile } from './lines.ts'

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

export function auth0User(line: unknown, { hashes, memberships }: Joined): UserEntry {
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
export async function passwordsOf(file: LineFile | undefined): Promise<ReadonlyMap<string, string>> {
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
