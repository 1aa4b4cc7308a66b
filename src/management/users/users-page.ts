// Which users a request for a list means: those with the given ids, addresses, usernames or phone numbers, or all of them page by page, and
// of these the ones that have an organization or were active. A machine of one organization sees its members only.
import { z } from 'zod'
import { identifierOf } from '../../directory/index.ts'
import type { Page, PageRequest, Store, UserFilter, UserRecord } from '../../store/index.ts'
import { visibleUsers } from '../found.ts'
import type { Caller } from '../management-deps.ts'
import { pageQuery, pageRequest } from '../pagination.ts'

const mostFiltered = 100
const commaList = z
  .string()
  .refine((text) => text.split(',').length <= mostFiltered, `at most ${mostFiltered} values are allowed`)
  .optional()

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

export const usersQuery = z.object({
  ...pageQuery,
  user_id: commaList,
  email: commaList,
  username: commaList,
  phone: commaList,
  expand: z.string().optional(),
  has_organization: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  active_since: z
    .string()
    .refine(
      (text) => isoDate.test(text) && !Number.isNaN(Date.parse(text)),
      'expected a time such as 2026-01-31T00:00:00Z',
    )
    .optional(),
})

/** Users that match any of the lists, once each; without a list a page of all. */
export async function usersPage(
  query: z.output<typeof usersQuery>,
  { directory }: Pick<Store, 'directory'>,
  { organizationCode }: Caller,
): Promise<Page<UserRecord>> {
  const { user_id, email, username, phone } = query
  const lists = { email, username, phone }
  const filter = {
    activeSinceMs: query.active_since === undefined ? undefined : Date.parse(query.active_since),
    hasOrganization: query.has_organization,
  }
  if (user_id === undefined && Object.values(lists).every((list) => list === undefined)) {
    return organizationCode === null
      ? usersOfAll(pageRequest(query), filter, directory)
      : membersPage(organizationCode, pageRequest(query), filter, directory)
  }
  const ids = new Set(valuesOf(user_id))
  for (const type of ['email', 'username', 'phone'] as const) {
    const normalized = valuesOf(lists[type]).flatMap((value) => identifierOf(type, value)?.normalized ?? [])
    if (normalized.length === 0) continue
    for (const { userId } of await directory.identitiesFoundBy(type, normalized)) ids.add(userId)
  }
  const found = await visibleUsers([...ids], organizationCode, directory)
  return { items: await matching(found, filter, directory) }
}

function usersOfAll(
  page: PageRequest,
  filter: UserFilter,
  directory: Store['directory'],
): Promise<Page<UserRecord>> {
  const isFiltered = filter.activeSinceMs !== undefined || filter.hasOrganization !== undefined
  return isFiltered ? directory.filteredUsers(page, filter) : directory.users(page)
}

/** A page of members: those who do not match are left out, so that it may be short and not be the last. */
async function membersPage(
  organizationCode: string,
  page: PageRequest,
  filter: UserFilter,
  directory: Store['directory'],
): Promise<Page<UserRecord>> {
  const { items, ...rest } = await directory.members(organizationCode, page)
  const members = await directory.usersById(items.map(({ userId }) => userId))
  return { ...rest, items: await matching(members, filter, directory) }
}

async function matching(
  users: readonly UserRecord[],
  { activeSinceMs, hasOrganization }: UserFilter,
  directory: Store['directory'],
): Promise<readonly UserRecord[]> {
  const active =
    activeSinceMs === undefined
      ? users
      : users.filter(({ lastSignedInAtMs }) => lastSignedInAtMs !== null && lastSignedInAtMs >= activeSinceMs)
  if (hasOrganization === undefined) return active
  const keys = await directory.membershipKeysOf(active.map(({ id }) => id))
  const members = new Set(keys.map(({ userId }) => userId))
  return active.filter(({ id }) => members.has(id) === hasOrganization)
}

function valuesOf(list: string | undefined): string[] {
  const values = (list ?? '').split(',').map((value) => value.trim())
  return values.filter((value) => value !== '')
}
