// What an event says of its record: the rows as SQL gathers them at the end of the commit, and Kinde's shape of them, which a reader
// gets. Rows are kept instead of the shape, because both databases make arrays of rows and only code makes the shape.
import { sql, type Expression } from 'kysely'
import { z } from 'zod'
import type { JsonObject } from '../../oauth/index.ts'
import type { EventType } from '../event-store.ts'
import { corrupt } from '../store-error.ts'
import { billingEventData, billingSnapshots } from './billing-snapshots.ts'
import type { Database } from './database.ts'

export type SnapshotFamily = 'user' | 'organization' | 'role' | 'permission' | 'agreement' | 'usage'

/** Each is an expression for the column `snapshot` of the event that is updated. */
export function eventSnapshots({ builder, jsonArrayFrom }: Database) {
  const subject = sql<string>`events.subject`
  const users = builder
    .selectFrom('users')
    .select(['id', 'first_name', 'last_name', 'preferred_email', 'is_suspended'])
    .where('users.id', '=', subject)
  const identities = builder
    .selectFrom('identities')
    .select(['type', 'value'])
    .where('identities.user_id', '=', subject)
    .orderBy('is_primary', 'desc')
    .orderBy('created_at_ms')
    .orderBy('identities.id')
  const passwords = builder
    .selectFrom('passwords')
    .select('is_temporary')
    .where('passwords.user_id', '=', subject)
  const memberships = builder
    .selectFrom('memberships')
    .select('organization_code')
    .where('memberships.user_id', '=', subject)
    .orderBy('organization_code')
  const roles = builder
    .selectFrom('membership_roles')
    .innerJoin('roles', 'roles.id', 'membership_roles.role_id')
    .select(['organization_code', 'roles.id', 'roles.key'])
    .where('membership_roles.user_id', '=', subject)
    .orderBy('roles.key')
  const permissions = builder
    .selectFrom('membership_permissions')
    .innerJoin('permissions', 'permissions.id', 'membership_permissions.permission_id')
    .select(['organization_code', 'permissions.id', 'permissions.key'])
    .where('membership_permissions.user_id', '=', subject)
    .orderBy('permissions.key')
  const organizations = builder
    .selectFrom('organizations')
    .select(['code', 'name', 'handle', 'external_id', 'is_auto_membership_enabled'])
    .where('organizations.code', '=', subject)
  const { agreements, usage } = billingSnapshots(builder, subject)
  const document = (table: 'roles' | 'permissions') =>
    sql`(select document from ${sql.table(table)} where id = ${subject})`
  return {
    user: objectOf({
      users: jsonArrayFrom(users),
      identities: jsonArrayFrom(identities),
      passwords: jsonArrayFrom(passwords),
      memberships: jsonArrayFrom(memberships),
      roles: jsonArrayFrom(roles),
      permissions: jsonArrayFrom(permissions),
    }),
    organization: objectOf({ organizations: jsonArrayFrom(organizations) }),
    role: document('roles'),
    permission: document('permissions'),
    agreement: objectOf({ agreements: jsonArrayFrom(agreements) }),
    usage: objectOf({ usage: jsonArrayFrom(usage) }),
  }
}

/** Joined as text, because an array inside of an object would be text in text on SQLite. */
function objectOf(members: Readonly<Record<string, Expression<unknown>>>) {
  const texts = Object.entries(members).map(
    ([name, array]) => sql`${sql.lit(`"${name}":`)} || cast(${array} as text)`,
  )
  return sql`'{' || ${sql.join(texts, sql` || ',' || `)} || '}'`
}

const text = z.string().nullable()
const held = z.array(z.object({ organization_code: z.string(), id: z.string(), key: z.string() }))
const userRows = z.object({
  users: z.tuple([
    z.object({
      id: z.string(),
      first_name: text,
      last_name: text,
      preferred_email: text,
      is_suspended: z.number(),
    }),
  ]),
  identities: z.array(z.object({ type: z.string(), value: z.string() })),
  passwords: z.array(z.object({ is_temporary: z.number() })),
  memberships: z.array(z.object({ organization_code: z.string() })),
  roles: held,
  permissions: held,
})
const organizationRows = z.object({
  organizations: z.tuple([
    z.object({
      code: z.string(),
      name: z.string(),
      handle: text,
      external_id: text,
      // Absent in events of older versions.
      is_auto_membership_enabled: z.number().optional(),
    }),
  ]),
})
const roleDocument = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: text,
  isDefault: z.boolean(),
})
const permissionDocument = roleDocument.omit({ isDefault: true })

interface EventRow {
  readonly id: string
  readonly type: EventType
  readonly subject: string
  readonly snapshot: string | null
}

/** Throws StoreError `store_corrupt` when the snapshot is not what this commit or an older version wrote. */
export function eventData({ id, type, subject, snapshot }: EventRow): JsonObject {
  if (snapshot === null) {
    if (type.startsWith('user.')) return { user: { id: subject } }
    if (type.startsWith('organization.')) return { organization: { code: subject } }
    return type.startsWith('role.') ? { role: { id: subject } } : { permission: { id: subject } }
  }
  try {
    const rows: unknown = JSON.parse(snapshot)
    if (type.startsWith('user.')) return { user: userData(userRows.parse(rows)) }
    if (type.startsWith('organization.')) {
      const [{ is_auto_membership_enabled: isAuto, ...organization }] =
        organizationRows.parse(rows).organizations
      const isAllowed = isAuto === undefined ? null : isAuto !== 0
      const registrations = type === 'organization.updated' ? { is_allow_registrations: isAllowed } : {}
      return { organization: { ...organization, ...registrations } }
    }
    if (type.startsWith('customer.')) return billingEventData(rows)
    if (type.startsWith('role.')) {
      const { isDefault, ...role } = roleDocument.parse(rows)
      return { role: { ...role, is_default_role: isDefault } }
    }
    return { permission: permissionDocument.parse(rows) }
  } catch {
    throw corrupt('events', id, 'snapshot')
  }
}

function userData(rows: z.infer<typeof userRows>): JsonObject {
  const [user] = rows.users
  const valueOf = (type: string) => rows.identities.find((one) => one.type === type)?.value ?? null
  const heldIn = (code: string, all: z.infer<typeof held>) => {
    const found = all.filter((one) => one.organization_code === code).map(({ id, key }) => ({ id, key }))
    return found.length === 0 ? null : found
  }
  const organizations = rows.memberships.map(({ organization_code: code }) => ({
    code,
    roles: heldIn(code, rows.roles),
    permissions: heldIn(code, rows.permissions),
  }))
  return {
    id: user.id,
    email: user.preferred_email ?? valueOf('email'),
    first_name: user.first_name,
    last_name: user.last_name,
    username: valueOf('username'),
    phone: valueOf('phone'),
    is_suspended: user.is_suspended !== 0,
    is_password_reset_requested: rows.passwords.some(({ is_temporary }) => is_temporary !== 0),
    organizations: organizations.length === 0 ? null : organizations,
  }
}
