import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emptyCatalog } from '../../test/harness/empty-catalog.ts'
import type { Catalog, FeatureFlagRecord, MembershipRecord, PropertyRecord } from '../store/index.ts'
import { hasSystemPermission, mayAssignRole } from './system-permissions.ts'
import { effectiveFlags, effectivePermissions, effectiveRoles, tokenProperties } from './access.ts'

const named = { name: 'A name', description: null }
const noMore = { scopeIds: [], systemPermissions: [], assignmentPermissionId: null }

const catalog: Catalog = {
  ...emptyCatalog,
  permissions: ['read:reports', 'create:reports', 'delete:reports'].map((key) => ({
    id: key,
    key,
    ...named,
  })),
  roles: [
    { id: 'reader', key: 'reader', permissionIds: ['read:reports'], isDefault: true, ...named, ...noMore },
    {
      id: 'editor',
      key: 'editor',
      permissionIds: ['create:reports', 'read:reports'],
      isDefault: false,
      ...named,
      ...noMore,
    },
  ],
}

function member(roleIds: string[], permissionIds: string[] = []): MembershipRecord {
  return { organizationCode: 'org_1', userId: 'kp_1', roleIds, permissionIds, joinedAtMs: 0 }
}

describe('system permissions', () => {
  const [reader, editor] = catalog.roles
  assert.ok(reader && editor)
  const manager = { ...reader, id: 'manager', systemPermissions: ['org:write:members'] }
  const withManager = { ...catalog, roles: [reader, editor, manager] }

  test('come from a role of the member', () => {
    const has = (roles: string[]) => hasSystemPermission(withManager, member(roles), 'org:write:members')
    assert.deepEqual([has(['manager']), has(['reader', 'editor']), has([])], [true, false, false])
    assert.equal(hasSystemPermission(withManager, member(['manager']), 'org:write:billing'), false)
    assert.equal(hasSystemPermission(withManager, null, 'org:write:members'), false)
  })

  test('assigns a role only with the permission that the role asks for', () => {
    const asking = { ...reader, assignmentPermissionId: 'create:reports' }
    assert.equal(mayAssignRole(catalog, member(['editor']), asking), true)
    assert.equal(mayAssignRole(catalog, member(['reader']), asking), false)
    assert.equal(mayAssignRole(catalog, member([]), reader), true)
  })
})

describe('permissions', () => {
  const keys = (membership: MembershipRecord | null) =>
    effectivePermissions(catalog, membership).map(({ key }) => key)

  test('are those of all roles and the direct ones, each once, in the order of the catalog', () => {
    assert.deepEqual(keys(member(['editor', 'reader'], ['delete:reports', 'read:reports'])), [
      'read:reports',
      'create:reports',
      'delete:reports',
    ])
  })

  test('are empty outside of an organization', () => assert.deepEqual(keys(null), []))

  test('of a role that is gone are gone', () => assert.deepEqual(keys(member(['former'])), []))
})

test('roles are those of the membership', () => {
  assert.deepEqual(
    effectiveRoles(catalog, member(['editor'])).map(({ key }) => key),
    ['editor'],
  )
  assert.deepEqual(effectiveRoles(catalog, null), [])
})

describe('feature flags', () => {
  function flag(changes: Partial<FeatureFlagRecord>): Catalog {
    const base = { id: 'f', key: 'theme', ...named, type: 'str', defaultValue: 'grey' } as const
    return { ...emptyCatalog, featureFlags: [{ ...base, allowOverrideLevel: 'usr', ...changes }] }
  }
  const both = { organizationFlags: { theme: 'red' }, userFlags: { theme: 'blue' } }
  const value = (...given: Parameters<typeof effectiveFlags>) => effectiveFlags(...given)['theme']?.v

  test('have the value nearest to the user: user, organization, environment, default', () => {
    const everywhere = flag({ environmentValue: 'green' })
    assert.equal(value(everywhere, both), 'blue')
    assert.equal(value(everywhere, { ...both, userFlags: {} }), 'red')
    assert.equal(value(everywhere), 'green')
    assert.equal(value(flag({})), 'grey')
  })

  test('ignore overrides below the level that may override', () => {
    assert.equal(value(flag({ allowOverrideLevel: 'org' }), both), 'red')
    assert.equal(value(flag({ allowOverrideLevel: 'env' }), both), 'grey')
  })

  test('ignore an override of another type, as a changed flag leaves behind', () => {
    assert.equal(value(flag({}), { ...both, userFlags: { theme: 7 } }), 'red')
  })

  test('carry the type letters of Kinde (C§3.1)', () => {
    const typed = (type: FeatureFlagRecord['type'], defaultValue: unknown) =>
      effectiveFlags(flag({ type, defaultValue }))['theme']
    assert.deepEqual(typed('bool', false), { t: 'b', v: false })
    assert.deepEqual(typed('str', 'grey'), { t: 's', v: 'grey' })
    assert.deepEqual(typed('int', 5), { t: 'i', v: 5 })
    assert.deepEqual(typed('json', { a: [1] }), { t: 'j', v: { a: [1] } })
  })

  test('of type integer are cut to an int32', () => {
    const integer = (defaultValue: number) => value(flag({ type: 'int', defaultValue }))
    assert.equal(integer(5.9), 5)
    assert.equal(integer(-5.9), -5)
    assert.equal(integer(2 ** 31), 2 ** 31 - 1)
    assert.equal(integer(-(2 ** 40)), -(2 ** 31))
  })

  test('named like a member of every object have no inherited override', () => {
    const inherited = flag({ key: 'constructor', type: 'json', defaultValue: 1 })
    assert.deepEqual(effectiveFlags(inherited, both)['constructor'], { t: 'j', v: 1 })
  })
})

describe('properties', () => {
  const property = (key: string, changes: Partial<PropertyRecord> = {}): PropertyRecord => ({
    id: key,
    key,
    ...named,
    type: 'single_line_text',
    context: 'usr',
    isPrivate: false,
    categoryId: null,
    ...changes,
  })
  const withProperties: Catalog = {
    ...emptyCatalog,
    properties: [
      property('city'),
      property('nickname'),
      property('diagnosis', { isPrivate: true }),
      property('city', { context: 'org' }),
    ],
  }
  const values = { city: 'London', diagnosis: 'secret', unknown: 'x' }

  test('are those that the application opted into, and {} without a value (C§3.1)', () => {
    assert.deepEqual(tokenProperties(withProperties, 'usr', values, ['nickname', 'city', 'unknown']), {
      city: { v: 'London' },
      nickname: {},
    })
  })

  test('that are private never leave', () => {
    assert.deepEqual(tokenProperties(withProperties, 'usr', values, ['diagnosis']), {})
  })

  test('of another context are not mixed in', () => {
    assert.deepEqual(tokenProperties(withProperties, 'org', {}, ['city']), { city: {} })
    assert.deepEqual(tokenProperties(withProperties, 'app', values, ['city']), {})
  })
})
