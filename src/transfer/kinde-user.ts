// A line of `users.ndjson`: as Kinde exports it, as Kinde imports it, and as `mintage export` writes it (C2§16). All three are one shape with
// fields that may be missing.
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { hashingMethods, type GivenHash } from '../directory/index.ts'
import { identityTypes, type IdentityType } from '../store/index.ts'
import type { MembershipEntry, UserEntry } from './entries.ts'
import { ownUserSchema } from './own-records.ts'

export const textOf = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value)))
const truth = z
  .union([z.boolean(), z.enum(['true', 'false', 'TRUE', 'FALSE', '1', '0', ''])])
  .nullish()
  .transform((value) => value === true || value === 'true' || value === 'TRUE' || value === '1')
const count = z
  .union([z.number(), z.string().regex(/^\d+$/)])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : Number(value)))

const password = z.looseObject({
  hashed_password: textOf,
  hashing_algorithm: textOf,
  hashing_method: textOf,
  salt: textOf,
  salt_format: textOf,
  salt_position: textOf,
  iterations: count,
  rounds: count,
  mem_cost: count,
  base64_signer_key: textOf,
  base64_salt_separator: textOf,
  hashing_config: z.record(z.string(), z.unknown()).nullish(),
})

/** Made once: making a schema takes longer than reading a user with it. */
const partialPassword = password.partial().catch({})

export const keyedValues = z
  .array(z.looseObject({ key: z.string(), value: z.unknown() }))
  .nullish()
  .transform((list) => Object.fromEntries((list ?? []).map(({ key, value }) => [key, value])))

const organization = z.union([
  z.string().transform((code) => ({ organization: code })),
  z
    .looseObject({
      code: textOf,
      external_id: textOf,
      roles: z.array(z.string()).nullish(),
      permissions: z.array(z.string()).nullish(),
    })
    .transform(({ code, external_id, roles, permissions }) => ({
      organization: code ?? external_id ?? '',
      roles: roles ?? undefined,
      permissions: permissions ?? undefined,
    })),
])

const userLine = z.looseObject({
  id: textOf,
  external_id: textOf,
  provided_id: textOf,
  email: textOf,
  phone: textOf,
  username: textOf,
  first_name: textOf,
  last_name: textOf,
  picture: textOf,
  created_on: textOf,
  email_verified: truth,
  phone_verified: truth,
  is_suspended: truth,
  identities: z
    .array(z.looseObject({ type: z.string(), identity: textOf, is_verified: truth, provider: textOf }))
    .nullish(),
  password: password.nullish(),
  organizations: z.array(organization).nullish(),
  properties: keyedValues,
  feature_flags: keyedValues,
  mintage: ownUserSchema.optional(),
})

/** Rejects what cannot be understood with ZodError. */
export function kindeUser(line: unknown): UserEntry {
  const user = userLine.parse(line)
  const { identifiers, leftOut } = identitiesOf(user)
  const hash = user.password ? givenHash(user.password) : undefined
  const isUsable = hash === undefined || 'hash' in hash
  return {
    id: user.id,
    providedId: user.provided_id ?? user.external_id,
    firstName: user.first_name,
    lastName: user.last_name,
    picture: user.picture,
    createdAtMs: timeOf(user.created_on),
    isSuspended: user.is_suspended,
    identifiers,
    password: isUsable ? hash : undefined,
    memberships: (user.organizations ?? []).filter((one): one is MembershipEntry => one.organization !== ''),
    properties: Object.fromEntries(
      Object.entries(user.properties).map(([key, value]) => [key, String(value)]),
    ),
    featureFlags: user.feature_flags,
    leftOut: isUsable ? leftOut : [...leftOut, `a password: ${hash.problem}`],
    own: user.mintage,
  }
}

export function timeOf(written: string | undefined): number | undefined {
  const time = Date.parse(written ?? '')
  return Number.isNaN(time) ? undefined : time
}

function identitiesOf(user: z.output<typeof userLine>): Pick<UserEntry, 'identifiers' | 'leftOut'> {
  const found = new Map<string, UserEntry['identifiers'][number]>()
  const leftOut: string[] = []
  const add = (type: IdentityType, value: string | undefined, isVerified: boolean) => {
    if (value === undefined) return
    const key = `${type} ${value.toLowerCase()}`
    found.set(key, { type, value, isVerified: isVerified || (found.get(key)?.isVerified ?? false) })
  }
  add('email', user.email, user.email_verified)
  add('phone', user.phone, user.phone_verified)
  add('username', user.username, true)
  for (const { type: named, identity, is_verified, provider } of user.identities ?? []) {
    const type = identityTypes.find((one) => one === named)
    if (type === undefined)
      leftOut.push(`a sign-in with ${provider ?? named}, because Mintage has no such connection`)
    else add(type, identity, is_verified || type === 'username')
  }
  return { identifiers: [...found.values()], leftOut }
}

/** With the names of the parts wherever a system puts them. */
function givenHash(given: z.output<typeof password>): GivenHash | { readonly problem: string } | undefined {
  const { hashed_password: hash, ...rest } = { ...configOf(given.hashing_config), ...defined(given) }
  if (hash === undefined) return undefined
  const algorithm = (rest.hashing_algorithm ?? rest.hashing_method ?? '').toLowerCase()
  const isPbkdf2 = algorithm.includes('pbkdf2')
  const method = isPbkdf2 ? 'pbkdf2' : methodOf(algorithm)
  // These say themselves what they are.
  if (algorithm !== '' && method === undefined && !/^\$(?:2|argon2)/.test(hash))
    return { problem: `the hashing method ${algorithm.slice(0, 40)} is not known` }
  const salt = saltOf(rest)
  if (salt === null) return { problem: 'its salt is not hexadecimal digits of a text' }
  return {
    hash: hash.replace(/^\$2b\$/, '$2a$'),
    method,
    salt,
    saltPosition:
      rest.salt_position === 'suffix' ? 'suffix' : rest.salt_position === 'prefix' ? 'prefix' : undefined,
    iterations: rest.iterations,
    ...(isPbkdf2 && { variant: algorithm }),
    signerKey: rest.base64_signer_key,
    saltSeparator: rest.base64_salt_separator,
    rounds: rest.rounds,
    memoryCost: rest.mem_cost,
  }
}

type Password = Partial<z.output<typeof password>>

function configOf(config: Record<string, unknown> | null | undefined): Password {
  return config ? defined(partialPassword.parse(config)) : {}
}

function defined(given: Password): Password {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  )
}

function methodOf(algorithm: string): GivenHash['method'] {
  return hashingMethods.find((method) => method === algorithm.replaceAll('_', '-'))
}

/** A salt is text; one that is written in hexadecimal is opened. Null for one that would become another salt on the way. */
function saltOf({ salt, salt_format: format }: Password): string | undefined | null {
  if (salt === undefined || format?.toLowerCase() !== 'hex') return salt
  const bytes = Buffer.from(salt, 'hex')
  return bytes.length * 2 === salt.length && isUtf8(bytes) ? bytes.toString('utf8') : null
}
