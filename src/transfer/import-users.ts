// A batch of users: read what is there, decide about each, write in one commit together with the import's place. Users are found by their id, by
// the id of the other system, and by every identifier; one who exists is not changed, and joins the organizations that are missing.
import { StoreError } from '../errors/index.ts'
import {
  importedHash,
  newId,
  newIdentity,
  newMembership,
  newUser,
  passwordConnection,
} from '../directory/index.ts'
import { userIdForm } from '../oauth/index.ts'
import {
  type ApiScopeKey,
  type Change,
  type MembershipKey,
  type MembershipRecord,
  type PasswordRecord,
  type UserImport,
} from '../store/index.ts'
import type { MembershipEntry, Read, UserEntry } from './entries.ts'
import type { ImportContext } from './import-context.ts'
import type { Remark } from './import-report.ts'
import { apiScopesOf, ownIdentities, ownMembership, ownPassword, ownUserFields } from './own-users.ts'
import {
  candidateOf,
  keysOf,
  knownMemberships,
  knownOwners,
  knownPasswords,
  providedIdOf,
  type Candidate,
} from './known-users.ts'
import { takenFlags, takenProperties } from './taken-values.ts'

export interface DecidedBatch {
  readonly created: readonly UserImport[]
  /** Of users who exist. */
  readonly joined: readonly MembershipRecord[]
  /** Of users who exist and have none. */
  readonly passwords: readonly PasswordRecord[]
  /** Of members who are in `created` or `joined`. */
  readonly apiScopes: readonly (MembershipKey & ApiScopeKey)[]
  readonly present: number
  readonly remarks: readonly Remark[]
}

export async function decideUsers(
  batch: readonly Read<UserEntry>[],
  context: ImportContext,
): Promise<DecidedBatch> {
  const remarks: Remark[] = []
  const candidates: Candidate[] = []
  for (const read of batch) {
    if (read.kind === 'unreadable') remarks.push({ kind: 'skipped', at: read.at, reason: read.reason })
    else candidates.push(candidateOf(read.at, read.entry, remarks))
  }
  const owners = await knownOwners(candidates, context.store.directory)
  const [memberships, withPassword] = await Promise.all([
    knownMemberships(owners, context.store.directory),
    knownPasswords(candidates, owners, context.store.imports),
  ])
  const created = new Map<string, UserImport>()
  const joined: MembershipRecord[] = []
  const passwords: PasswordRecord[] = []
  const apiScopes: (MembershipKey & ApiScopeKey)[] = []
  let present = 0

  for (const candidate of candidates) {
    const { at, entry, identifiers } = candidate
    const found = new Set(keysOf(candidate).flatMap((key) => owners.get(key) ?? []))
    const [id] = found
    if (found.size > 1) {
      remarks.push({ kind: 'skipped', at, reason: 'its identifiers belong to different users' })
    } else if (id === undefined) {
      if (identifiers.length === 0) {
        remarks.push({ kind: 'skipped', at, reason: 'it has no email, phone or username to sign in with' })
        continue
      }
      const made = newImport(candidate, context, remarks)
      created.set(made.user.id, made)
      for (const key of keysOf(candidate)) owners.set(key, made.user.id)
      for (const one of made.memberships) memberships.add(`${one.organizationCode} ${one.userId}`)
      apiScopes.push(...apiScopesOf(made.memberships, entry, context))
    } else {
      const missing = membershipsOf(id, candidate, context, remarks).filter(
        (one) => !memberships.has(`${one.organizationCode} ${id}`),
      )
      for (const one of missing) memberships.add(`${one.organizationCode} ${id}`)
      const made = created.get(id)
      // Named in an earlier line of the same batch.
      if (made !== undefined) created.set(id, { ...made, memberships: [...made.memberships, ...missing] })
      const isMissing = made === undefined && !withPassword.has(id)
      // An export of the API has no passwords; the other export brings them later.
      const password = isMissing ? passwordOf(id, candidate, context, remarks) : null
      if (made === undefined) joined.push(...missing)
      apiScopes.push(...apiScopesOf(missing, entry, context))
      if (password !== null) {
        passwords.push(password)
        withPassword.add(id)
      }
      if (missing.length === 0 && password === null) present += 1
    }
    for (const reason of entry.leftOut) remarks.push({ kind: 'leftOut', at, reason })
  }
  return { created: [...created.values()], joined, passwords, apiScopes, present, remarks }
}

/** The changes of a batch that was decided. */
export function changesOf({ created, joined, passwords, apiScopes }: DecidedBatch): Change[] {
  return [
    ...(created.length > 0 ? [{ kind: 'import-users', users: created } as const] : []),
    ...joined.map((membership) => ({ kind: 'add-membership', membership }) as const),
    ...passwords.map((password) => ({ kind: 'add-password', password }) as const),
    ...apiScopes.map((scope) => ({ kind: 'add-member-api-scope', ...scope }) as const),
  ]
}

/** A batch that met a record which another request made meanwhile, or whose lines contradict each other. */
export function isConflict(error: unknown): boolean {
  return (
    error instanceof StoreError && (error.code === 'store_conflict' || error.code === 'changed_meanwhile')
  )
}

/** Why a record is skipped that met a conflict in a commit of its own. */
export const takenMeanwhile =
  'another record has one of its unique values, or what it refers to does not exist'

function newImport(candidate: Candidate, context: ImportContext, remarks: Remark[]): UserImport {
  const { at, entry, identifiers } = candidate
  const { catalog, random, nowMs } = context
  const id = entry.id !== undefined && userIdForm.test(entry.id) ? entry.id : newId('user', random)
  const atMs = entry.createdAtMs ?? nowMs()
  const profile = { firstName: entry.firstName ?? null, lastName: entry.lastName ?? null }
  const email = identifiers.find(({ type }) => type === 'email')?.value ?? null
  return {
    user: {
      ...newUser(id, profile, atMs),
      picture: entry.picture ?? null,
      providedId: providedIdOf(entry) ?? null,
      preferredEmail: email,
      isSuspended: entry.isSuspended,
      updatedAtMs: nowMs(),
      ...(context.ids && ownUserFields(entry)),
    },
    identities: ownIdentities(
      identifiers.map(({ isVerified, ...identifier }) =>
        newIdentity(identifier, id, {
          connection: passwordConnection(catalog, identifier.type),
          isVerified,
          atMs,
          random,
        }),
      ),
      entry,
      context,
    ),
    password: passwordOf(id, candidate, context, remarks),
    memberships: membershipsOf(id, candidate, context, remarks),
    properties: takenProperties(entry.properties, 'usr', at, catalog, remarks),
    featureFlags: takenFlags(entry.featureFlags, at, catalog, remarks),
  }
}

function passwordOf(
  id: string,
  { at, entry }: Candidate,
  { ids, nowMs }: ImportContext,
  remarks: Remark[],
): UserImport['password'] {
  if (entry.password === undefined) return null
  const own = ids && ownPassword(id, entry)
  if (own !== undefined) return own
  const imported = importedHash(entry.password)
  if (imported.kind === 'hash')
    return { userId: id, hash: imported.hash, isTemporary: false, updatedAtMs: nowMs() }
  remarks.push({ kind: 'leftOut', at, reason: `a password: ${imported.reason}` })
  return null
}

function membershipsOf(
  id: string,
  { at, entry }: Candidate,
  context: ImportContext,
  remarks: Remark[],
): MembershipRecord[] {
  const byCode = new Map<string, MembershipRecord>()
  for (const given of entry.memberships) {
    const code = context.organizations.codeOf(given.organization)
    if (code === undefined) {
      const reason = `a membership of ${given.organization}, an organization that does not exist`
      remarks.push({ kind: 'leftOut', at, reason })
    } else byCode.set(code, membershipOf(id, code, given, at, context, entry, remarks))
  }
  return [...byCode.values()]
}

function membershipOf(
  id: string,
  code: string,
  given: MembershipEntry,
  at: string,
  { catalog, ids, nowMs }: ImportContext,
  entry: UserEntry,
  remarks: Remark[],
): MembershipRecord {
  const idsOf = (
    keys: readonly string[],
    records: readonly { readonly id: string; readonly key: string }[],
    what: string,
  ) =>
    keys.flatMap((key) => {
      const record = records.find((one) => one.key === key || one.id === key)
      if (record === undefined)
        remarks.push({ kind: 'leftOut', at, reason: `the ${what} ${key}, which does not exist` })
      return record?.id ?? []
    })
  const member = newMembership(code, id, catalog, nowMs())
  return {
    ...member,
    ...(given.roles && { roleIds: idsOf(given.roles, catalog.roles, 'role') }),
    ...(given.permissions && { permissionIds: idsOf(given.permissions, catalog.permissions, 'permission') }),
    ...(ids && ownMembership(code, entry)),
  }
}
