// Users of the file: each is found by its id or by any identifier that it lists. What the file leaves out belongs to the user and stays.
import type { MintageFile } from '../../config/index.ts'
import { ConfigError } from '../../errors/index.ts'
import {
  identityTypes,
  type Change,
  type IdentityRecord,
  type MembershipKey,
  type OrganizationRecord,
  type PermissionRecord,
  type RoleRecord,
  type UserRecord,
} from '../../store/index.ts'
import { passwordConnection } from '../connection.ts'
import { newId } from '../ids.ts'
import { identifierOf, type Identifier } from '../identity.ts'
import { newMembership } from '../organization.ts'
import { hashPassword, defaultArgon2Parameters, verifyPassword } from '../password-hash.ts'
import { newIdentity, newUser } from '../user.ts'
import { formerOrganizations, type DeclaredMemberships } from './memberships.ts'
import { valueChanges } from './owned-values.ts'
import { found, idsOf, type PlanContext } from './plan-context.ts'
import { changedFields, narrowed, type PlanStep } from './plan-step.ts'

type GivenUser = MintageFile['users'][number]

export interface DeclaredRights {
  readonly organizations: ReadonlyMap<string, OrganizationRecord>
  readonly roles: readonly RoleRecord[]
  readonly permissions: readonly PermissionRecord[]
}

/** A user's line of the plan, when something differs. Sessions end after a new password or a suspension (RT-05). */
export interface UserPlan extends DeclaredMemberships {
  readonly steps: readonly PlanStep[]
}

/** One after the other: hashing a password is work for a whole core. */
export async function userPlans(
  context: PlanContext,
  rights: DeclaredRights,
  before: readonly MembershipKey[],
): Promise<UserPlan[]> {
  const plans: UserPlan[] = []
  for (const given of context.file.users) plans.push(await userPlan(given, context, rights, before))
  return plans
}

async function userPlan(
  given: GivenUser,
  context: PlanContext,
  rights: DeclaredRights,
  before: readonly MembershipKey[],
): Promise<UserPlan> {
  const identifiers = identifiersOf(given)
  const [name = ''] = identifiers.map(({ value }) => value)
  const { user: current, identities } = await findUser(given, identifiers, context)
  const userId = current?.id ?? given.id ?? newId('user', context.random)
  const user = wantedUser(given, userId, current, context)
  const declared = { userId, organizationCodes: codesOf(given, rights) }
  const profile = current === undefined ? ['profile'] : changedFields(current, user)
  const parts: Part[] = [
    profile.length === 0 ? unchanged : { fields: profile, changes: [userChange(current, user)] },
    await identityPart(given, userId, identifiers, identities, context),
    await passwordPart(given, userId, context),
    await membershipPart(given, userId, context, rights),
    await formerMembershipPart(declared, before, context),
    await valueChanges({ context: 'usr', id: userId }, given, context.directory),
  ]
  const fields = parts.flatMap((part) => part.fields)
  if (fields.length === 0) return { ...declared, steps: [] }
  const changes = parts.flatMap((part) => part.changes)
  const isNew = current === undefined
  if (user.isSuspended && current?.isSuspended === false) changes.push({ kind: 'sign-out-user', userId })
  const step: PlanStep = isNew
    ? { action: 'add', what: 'user', name, fields: [], changes, userId }
    : { action: 'change', what: 'user', name, fields, changes, userId }
  return { ...declared, steps: [step] }
}

function codesOf(given: GivenUser, { organizations }: DeclaredRights): string[] {
  return Object.keys(given.organizations ?? {}).map((key) => found(organizations.get(key), key).code)
}

interface Part {
  readonly fields: readonly string[]
  readonly changes: readonly Change[]
}

const unchanged: Part = { fields: [], changes: [] }

function identifiersOf(given: GivenUser): Identifier[] {
  return identityTypes.flatMap((type) => {
    const value = given[type]
    if (value === undefined) return []
    const identifier = identifierOf(type, value)
    if (identifier !== undefined) return [identifier]
    throw new ConfigError(
      'mintage_file_invalid',
      `The ${type} “${value}” of a user cannot be used to sign in.`,
    )
  })
}

async function findUser(
  given: GivenUser,
  identifiers: readonly Identifier[],
  { directory }: PlanContext,
): Promise<{ user: UserRecord | undefined; identities: readonly IdentityRecord[] }> {
  const owners = new Set(given.id === undefined ? [] : [given.id])
  const identities: IdentityRecord[] = []
  for (const { type, normalized } of identifiers) {
    const identity = await directory.identity(type, normalized)
    if (identity === undefined) continue
    identities.push(identity)
    owners.add(identity.userId)
  }
  if (owners.size > 1) {
    const names = identifiers.map(({ value }) => value).join(', ')
    throw new ConfigError(
      'mintage_file_invalid',
      `${names}: these belong to different users of the directory.`,
      {
        hint: 'Correct the id or the identifiers of this user, or remove the other user.',
      },
    )
  }
  const [userId] = owners
  return { user: userId === undefined ? undefined : await directory.user(userId), identities }
}

function wantedUser(
  given: GivenUser,
  userId: string,
  current: UserRecord | undefined,
  { now }: PlanContext,
): UserRecord {
  const base = current ?? newUser(userId, { firstName: null, lastName: null }, now())
  const wanted: UserRecord = {
    ...base,
    firstName: given.firstName ?? base.firstName,
    lastName: given.lastName ?? base.lastName,
    picture: given.picture ?? base.picture,
    providedId: given.providedId ?? base.providedId,
    preferredEmail: given.email?.trim() ?? base.preferredEmail,
    isSuspended: given.isSuspended ?? base.isSuspended,
  }
  return changedFields(base, wanted).length === 0 ? base : { ...wanted, updatedAtMs: now() }
}

function userChange(current: UserRecord | undefined, wanted: UserRecord): Change {
  if (current === undefined) return { kind: 'add-user', user: wanted }
  const { set, expected } = narrowed(current, wanted)
  return {
    kind: 'update-user',
    userId: wanted.id,
    set: { ...set, updatedAtMs: wanted.updatedAtMs },
    expected,
  }
}

/** An identifier that is new to the user takes the place of those of its type: a renamed address does not sign in any more. */
async function identityPart(
  given: GivenUser,
  userId: string,
  identifiers: readonly Identifier[],
  identities: readonly IdentityRecord[],
  { catalog, directory, now, random }: PlanContext,
): Promise<Part> {
  const wanted = identifiers.flatMap((identifier): IdentityRecord[] => {
    const { type, normalized } = identifier
    const isVerified = type === 'email' ? given.isEmailVerified : undefined
    const current = identities.find((one) => one.type === type && one.normalized === normalized)
    if (current === undefined) {
      const connection = passwordConnection(catalog, type)
      const made = { connection, isVerified: isVerified ?? true, atMs: now(), random }
      return [newIdentity(identifier, userId, made)]
    }
    const isSame = isVerified === undefined || isVerified === current.isVerified
    return isSame ? [] : [{ ...current, isVerified }]
  })
  const isNew = (one: IdentityRecord) => !identities.some(({ id }) => id === one.id)
  const added = wanted.filter(isNew).map(({ type }) => type)
  const replaced = (await directory.identities(userId)).filter(
    ({ type, normalized }) =>
      added.includes(type) && !identifiers.some((one) => one.type === type && one.normalized === normalized),
  )
  return {
    fields: wanted.map(({ type }) => type),
    changes: [
      ...replaced.map(({ id }) => ({ kind: 'delete-identity', identityId: id }) as const),
      ...wanted.map((identity): Change => {
        const { id: identityId, isVerified } = identity
        return isNew(identity)
          ? { kind: 'add-identity', identity }
          : { kind: 'update-identity', identityId, set: { isVerified } }
      }),
    ],
  }
}

async function formerMembershipPart(
  declared: DeclaredMemberships,
  before: readonly MembershipKey[],
  { directory }: PlanContext,
): Promise<Part> {
  const { userId } = declared
  const codes: string[] = []
  for (const code of formerOrganizations(declared, before))
    if ((await directory.membership(code, userId)) !== undefined) codes.push(code)
  return {
    fields: codes.map((code) => `organizations.${code}`),
    changes: codes.map((organizationCode) => ({ kind: 'delete-membership', organizationCode, userId })),
  }
}

/** A temporary password is for the first sign-in, so it never replaces one. */
async function passwordPart(
  { password, isTemporaryPassword: isTemporary = false }: GivenUser,
  userId: string,
  { directory, random, now }: PlanContext,
): Promise<Part> {
  if (password === undefined) return unchanged
  const stored = await directory.password(userId)
  if (stored && (isTemporary || (await verifyPassword(password.reveal(), stored.hash)))) return unchanged
  const hash = await hashPassword(password.reveal(), defaultArgon2Parameters, random)
  const record = { userId, hash, isTemporary, updatedAtMs: now() }
  return { fields: ['password'], changes: [{ kind: 'replace-password', password: record }] }
}

async function membershipPart(
  given: GivenUser,
  userId: string,
  { catalog, directory, now }: PlanContext,
  rights: DeclaredRights,
): Promise<Part> {
  const roles = { ...catalog, roles: rights.roles }
  const fields: string[] = []
  const changes: Change[] = []
  for (const [key, access] of Object.entries(given.organizations ?? {})) {
    const { code } = found(rights.organizations.get(key), key)
    const current = await directory.membership(code, userId)
    const base = current ?? newMembership(code, userId, roles, now())
    const membership = {
      ...base,
      roleIds: access.roles === undefined ? base.roleIds : idsOf(access.roles, rights.roles),
      permissionIds:
        access.permissions === undefined ? base.permissionIds : idsOf(access.permissions, rights.permissions),
    }
    const isSame =
      current &&
      sameIds(current.roleIds, membership.roleIds) &&
      sameIds(current.permissionIds, membership.permissionIds)
    if (isSame) continue
    fields.push(`organizations.${key}`)
    changes.push(
      current === undefined
        ? { kind: 'add-membership', membership }
        : {
            kind: 'update-membership',
            organizationCode: code,
            userId,
            ...(access.roles !== undefined && { roles: { only: membership.roleIds } }),
            ...(access.permissions !== undefined && { permissions: { only: membership.permissionIds } }),
          },
    )
  }
  return { fields, changes }
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id))
}
