// The organization that a user signed in to last, for a sign-in that names none (C§1).
import type { DirectoryStore, OrganizationRecord } from '../store/index.ts'

/** Those of the organizations that the user belongs to, with the last used one in front and the others in the order given. */
export interface RecentFirst {
  readonly organizations: readonly OrganizationRecord[]
  /** Undefined before the first sign-in to any of them. */
  readonly last: OrganizationRecord | undefined
}

export async function lastUsedFirst(
  userId: string,
  organizations: readonly OrganizationRecord[],
  directory: Pick<DirectoryStore, 'membershipKeysOf'>,
): Promise<RecentFirst> {
  const memberships = await directory.membershipKeysOf([userId])
  const times = new Map(memberships.map((one) => [one.organizationCode, one.lastSignedInAtMs]))
  const timeOf = ({ code }: OrganizationRecord) => times.get(code) ?? 0
  const [latest] = organizations.toSorted((a, b) => timeOf(b) - timeOf(a))
  const last = latest !== undefined && timeOf(latest) > 0 ? latest : undefined
  return {
    organizations: last ? [last, ...organizations.filter((one) => one !== last)] : organizations,
    last,
  }
}
