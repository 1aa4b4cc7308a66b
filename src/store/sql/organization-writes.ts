// Changes of organizations and memberships. The roles and permissions held in a membership are rows of their own, so that they go
// with the role, the permission, the user or the organization.
import { artifactRemovals } from './artifact-removals.ts'
import type { HeldIds } from '../change.ts'
import type { ApiScopeKey } from '../catalog.ts'
import type { MembershipKey } from '../organization.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement, Write } from './database.ts'
import { narrowUpdate } from './narrow-update.ts'
import {
  organizationColumns,
  organizationFieldsRow,
  organizationRow,
  type OrganizationRow,
} from './organization-rows.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { insert, upsert } from './upsert.ts'

interface Key {
  readonly organization_code: string
  readonly user_id: string
}

export function organizationWrites(
  database: Database,
): WritesOf<
  | 'add-organization'
  | 'update-organization'
  | 'delete-organization'
  | 'sign-out-organization'
  | 'add-membership'
  | 'update-membership'
  | 'delete-membership'
  | 'add-member-api-scope'
  | 'delete-member-api-scope'
> {
  const { builder } = database
  const removals = artifactRemovals(database)
  const addOrganization = insert<OrganizationRow>(database, 'organizations', organizationColumns)
  const updateOrganization = narrowUpdate(database, 'organizations')
  const deleteOrganization = prepare((slot: { code: string }) =>
    builder.deleteFrom('organizations').where('code', '=', slot.code),
  )
  const addMembership = upsert<Omit<Tables['memberships'], 'last_signed_in_at_ms'>>(database, 'memberships', {
    organization_code: 'key',
    user_id: 'key',
    joined_at_ms: 'keep',
  })
  const updateMembership = narrowUpdate(database, 'memberships')
  const deleteMembership = prepare((slot: Key) =>
    builder
      .deleteFrom('memberships')
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '=', slot.user_id),
  )
  const addApiScope = upsert<ApiScopeRow>(database, 'membership_api_scopes', {
    organization_code: 'key',
    user_id: 'key',
    api_id: 'key',
    scope_id: 'key',
  })
  const deleteApiScope = prepare((slot: ApiScopeRow) =>
    builder
      .deleteFrom('membership_api_scopes')
      .where('organization_code', '=', slot.organization_code)
      .where('user_id', '=', slot.user_id)
      .where('api_id', '=', slot.api_id)
      .where('scope_id', '=', slot.scope_id),
  )
  const roles = roleWrites(database)
  const permissions = permissionWrites(database)

  return {
    'add-organization': ({ organization }) => [addOrganization(organizationRow(organization))],
    'update-organization': ({ code, set, expected = {} }) => [
      updateOrganization({
        key: { code },
        set: organizationFieldsRow(set),
        expected: organizationFieldsRow(expected),
      }),
    ],
    'delete-organization': ({ code }) => [...removals.ofOrganization(code), deleteOrganization({ code })],
    'sign-out-organization': ({ code }) => removals.ofOrganization(code),
    'add-membership': ({ membership: { organizationCode, userId, joinedAtMs, roleIds, permissionIds } }) => {
      const key: Key = { organization_code: organizationCode, user_id: userId }
      return [
        { statement: addMembership({ ...key, joined_at_ms: joinedAtMs }), mustChange: true },
        ...roles(key, { add: roleIds }),
        ...permissions(key, { add: permissionIds }),
      ]
    },
    'update-membership': ({ organizationCode, userId, roles: heldRoles = {}, permissions: held = {} }) => {
      const key: Key = { organization_code: organizationCode, user_id: userId }
      return [
        // Locks the membership, so that of two requests that replace what it holds, one sees what the other wrote.
        updateMembership({ key, set: {} }),
        ...roles(key, heldRoles),
        ...permissions(key, held),
      ]
    },
    'delete-membership': ({ organizationCode, userId }) => [
      ...removals.ofMember(organizationCode, userId),
      deleteMembership({ organization_code: organizationCode, user_id: userId }),
    ],
    'add-member-api-scope': (change) => [addApiScope(apiScopeRow(change))],
    'delete-member-api-scope': (change) => [
      { statement: deleteApiScope(apiScopeRow(change)), mustChange: true },
    ],
  }
}

type ApiScopeRow = Tables['membership_api_scopes']

function apiScopeRow({ organizationCode, userId, apiId, scopeId }: MembershipKey & ApiScopeKey): ApiScopeRow {
  return { organization_code: organizationCode, user_id: userId, api_id: apiId, scope_id: scopeId }
}

type HeldWrites = (key: Key, ids: HeldIds) => readonly (Statement | Write)[]

function roleWrites(database: Database): HeldWrites {
  const add = upsert<Tables['membership_roles']>(database, 'membership_roles', {
    organization_code: 'key',
    user_id: 'key',
    role_id: 'key',
  })
  const clear = prepare((slot: Key) => heldIn(database, 'membership_roles', slot))
  const remove = prepare((slot: Key & { readonly role_id: string }) =>
    heldIn(database, 'membership_roles', slot).where('role_id', '=', slot.role_id),
  )
  return (key, ids) =>
    heldWrites(ids, {
      clear: () => clear(key),
      add: (role_id) => add({ ...key, role_id }),
      remove: (role_id) => remove({ ...key, role_id }),
    })
}

function permissionWrites(database: Database): HeldWrites {
  const add = upsert<Tables['membership_permissions']>(database, 'membership_permissions', {
    organization_code: 'key',
    user_id: 'key',
    permission_id: 'key',
  })
  const clear = prepare((slot: Key) => heldIn(database, 'membership_permissions', slot))
  const remove = prepare((slot: Key & { readonly permission_id: string }) =>
    heldIn(database, 'membership_permissions', slot).where('permission_id', '=', slot.permission_id),
  )
  return (key, ids) =>
    heldWrites(ids, {
      clear: () => clear(key),
      add: (permission_id) => add({ ...key, permission_id }),
      remove: (permission_id) => remove({ ...key, permission_id }),
    })
}

function heldIn<Table extends 'membership_roles' | 'membership_permissions'>(
  { builder }: Database,
  table: Table,
  key: Key,
) {
  return builder
    .deleteFrom<'membership_roles' | 'membership_permissions'>(table)
    .where('organization_code', '=', key.organization_code)
    .where('user_id', '=', key.user_id)
}

interface HeldStatements {
  readonly clear: () => Statement
  readonly add: (id: string) => Statement
  readonly remove: (id: string) => Statement
}

function heldWrites(ids: HeldIds, { clear, add, remove }: HeldStatements): readonly (Statement | Write)[] {
  if ('only' in ids) return [clear(), ...ids.only.map(add)]
  const { add: added = [], remove: removed = [] } = ids
  return [...removed.map((id): Write => ({ statement: remove(id), mustChange: true })), ...added.map(add)]
}
