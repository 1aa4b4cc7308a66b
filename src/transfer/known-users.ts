// Who of a batch is there already: under what a user is found, and what the database knows of those. Each question is one statement for the whole
// batch.
import { identifierOf, type Identifier } from '../directory/index.ts'
import { userIdForm } from '../oauth/index.ts'
import { identityTypes, type Store } from '../store/index.ts'
import type { UserEntry } from './entries.ts'
import type { Remark } from './import-report.ts'

export interface Candidate {
  readonly at: string
  readonly entry: UserEntry
  readonly identifiers: readonly (Identifier & { readonly isVerified: boolean })[]
}

export function candidateOf(at: string, entry: UserEntry, remarks: Remark[]): Candidate {
  const identifiers = entry.identifiers.flatMap(({ type, value, isVerified }) => {
    const identifier = identifierOf(type, value)
    if (identifier !== undefined) return [{ ...identifier, isVerified }]
    remarks.push({ kind: 'leftOut', at, reason: `the ${type}, which cannot be used to sign in` })
    return []
  })
  return { at, entry, identifiers }
}

/** Under what a user is found. */
export function keysOf({ entry, identifiers }: Candidate): string[] {
  return [
    ...(entry.id !== undefined && userIdForm.test(entry.id) ? [`id ${entry.id}`] : []),
    ...(providedIdOf(entry) === undefined ? [] : [`provided ${providedIdOf(entry)}`]),
    ...identifiers.map(({ type, normalized }) => `${type} ${normalized}`),
  ]
}

/** The id of another system, unless it has the form of Kinde's. */
export function providedIdOf({ id, providedId }: UserEntry): string | undefined {
  return providedId ?? (id === undefined || userIdForm.test(id) ? undefined : id)
}

export async function knownOwners(
  candidates: readonly Candidate[],
  directory: Store['directory'],
): Promise<Map<string, string>> {
  const ids = candidates.flatMap(({ entry: { id } }) => (id !== undefined && userIdForm.test(id) ? [id] : []))
  const providedIds = candidates.flatMap(({ entry }) => providedIdOf(entry) ?? [])
  // Asked for together: one round trip, of what there is to ask.
  const [byId, byProvidedId, ...byIdentity] = await Promise.all([
    ids.length === 0 ? [] : directory.usersById(ids),
    providedIds.length === 0 ? [] : directory.usersByProvidedId(providedIds),
    ...identityTypes.map((type) => {
      const normalized = candidates.flatMap(({ identifiers }) =>
        identifiers.filter((one) => one.type === type).map((one) => one.normalized),
      )
      return normalized.length === 0 ? [] : directory.identitiesFoundBy(type, normalized)
    }),
  ])
  return new Map([
    ...byId.map(({ id }): [string, string] => [`id ${id}`, id]),
    ...byProvidedId.map(({ id, providedId }): [string, string] => [`provided ${String(providedId)}`, id]),
    ...byIdentity
      .flat()
      .map(({ type, normalized, userId: id }): [string, string] => [`${type} ${normalized}`, id]),
  ])
}

export async function knownMemberships(
  owners: ReadonlyMap<string, string>,
  directory: Store['directory'],
): Promise<Set<string>> {
  if (owners.size === 0) return new Set()
  const keys = await directory.membershipKeysOf([...new Set(owners.values())])
  return new Set(keys.map(({ organizationCode, userId: id }) => `${organizationCode} ${id}`))
}

/** Of the users to whom the batch would give one. */
export async function knownPasswords(
  candidates: readonly Candidate[],
  owners: ReadonlyMap<string, string>,
  imports: Store['imports'],
): Promise<Set<string>> {
  const given = candidates
    .filter(({ entry }) => entry.password !== undefined)
    .flatMap((one) => keysOf(one).flatMap((key) => owners.get(key) ?? []))
  return new Set(given.length === 0 ? [] : await imports.usersWithPassword([...new Set(given)]))
}
