// Roles and permissions by the management API, over a real socket and database: what they give, who holds them, and what ends with them.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { asked } from '../harness/asked.ts'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { directory } = world.store
await world.store.commit([
  {
    kind: 'put-api',
    api: {
      id: 'api_orders',
      name: 'Orders',
      audience: 'https://orders.example.com',
      isManagementApi: false,
      accessTokenType: 'JWT',
      scopes: [
        { id: 'scope_orders_read', key: 'read:orders', description: 'See orders' },
        { id: 'scope_orders_write', key: 'write:orders', description: null },
      ],
    },
  },
  {
    kind: 'put-api',
    api: {
      id: 'api_management',
      name: 'Management API',
      audience: 'https://id.example.com/api',
      isManagementApi: true,
      accessTokenType: 'JWT',
      scopes: [{ id: 'scope_users', key: 'read:users', description: null }],
    },
  },
])

const { ok, refused } = asked(world.call)

const created = z.object({ role: z.object({ id: z.string() }) })
async function newRole(key: string): Promise<string> {
  return created.parse(await ok('POST /roles', { key })).role.id
}

async function permissionId(key: string): Promise<string> {
  const { permissions } = await directory.catalog()
  return permissions.find((one) => one.key === key)?.id ?? ''
}

describe('a role', () => {
  test('is created, shown, changed and deleted', async () => {
    const { role } = created.parse(
      await ok('POST /roles', {
        key: 'auditor',
        name: 'Auditor',
        description: 'Reads',
        is_default_role: true,
      }),
    )
    const shown = {
      id: role.id,
      key: 'auditor',
      name: 'Auditor',
      description: 'Reads',
      is_default_role: true,
    }
    assert.deepEqual((await ok(`GET /roles/${role.id}`))['role'], shown)
    await ok(`PATCH /roles/${role.id}`, { key: 'checker', name: 'Checker', is_default_role: false })
    assert.deepEqual((await ok(`GET /roles/${role.id}`))['role'], {
      ...shown,
      key: 'checker',
      name: 'Checker',
      is_default_role: false,
    })
    await ok(`DELETE /roles/${role.id}`)
    assert.match(await refused(`GET /roles/${role.id}`), /^404 ROLE_NOT_FOUND/)
    assert.match(await refused(`DELETE /roles/${role.id}`), /^404 ROLE_NOT_FOUND/)
  })

  test('keeps its key to itself, and takes the keys that mintage.yaml takes', async () => {
    await newRole('unique')
    assert.match(await refused('POST /roles', { key: 'unique' }), /^409 ALREADY_EXISTS/)
    const other = await newRole('other')
    assert.match(
      await refused(`PATCH /roles/${other}`, { key: 'unique', name: 'Other' }),
      /^409 ALREADY_EXISTS/,
    )
    for (const key of ['', ' spaced', '-dash', 'a'.repeat(129), 'ä'])
      assert.match(await refused('POST /roles', { key }), /^400 INVALID_REQUEST: body\.key: /)
  })

  test('names the permission that assigning it needs, until that is taken back', async () => {
    const needs = { assignment_permission_id: 'perm_extra' }
    const { role } = created.parse(await ok('POST /roles', { key: 'guarded', ...needs }))
    const stored = async () =>
      (await directory.catalog()).roles.find(({ id }) => id === role.id)?.assignmentPermissionId
    assert.equal(await stored(), 'perm_extra')
    const named = { key: 'guarded', name: 'Guarded' }
    await ok(`PATCH /roles/${role.id}`, { ...named, assignment_permission_id: null })
    assert.equal(await stored(), 'perm_extra')
    const unknown = { ...named, assignment_permission_id: 'role_admin' }
    assert.match(await refused(`PATCH /roles/${role.id}`, unknown), /^404 PERMISSION_NOT_FOUND/)
    await ok(`PATCH /roles/${role.id}`, { ...named, assignment_permission_id: 'NO_PERMISSION_REQUIRED' })
    assert.equal(await stored(), null)
  })

  test('gets and loses permissions, and says which changed', async () => {
    const id = await newRole('writer')
    const path = `/roles/${id}/permissions`
    const keys = async () =>
      z
        .object({ permissions: z.array(z.object({ key: z.string() })) })
        .parse(await ok(`GET ${path}?sort=name_asc`))
        .permissions.map(({ key }) => key)
    const first = await ok(`PATCH ${path}`, { permissions: [{ id: 'perm_read' }, { id: 'perm_write' }] })
    assert.deepEqual(
      [first['permissions_added'], first['permissions_removed']],
      [['perm_read', 'perm_write'], []],
    )
    const second = await ok(`PATCH ${path}`, {
      permissions: [{ id: 'perm_read' }, { id: 'perm_write', operation: 'delete' }, { id: 'perm_extra' }],
    })
    assert.deepEqual(
      [second['permissions_added'], second['permissions_removed']],
      [['perm_extra'], ['perm_write']],
    )
    assert.deepEqual(await keys(), ['extra', 'reports:read'])
    await ok(`DELETE ${path}/perm_extra`)
    assert.match(await refused(`DELETE ${path}/perm_extra`), /^404 PERMISSION_NOT_FOUND/)
    const half = { permissions: [{ id: 'perm_write' }, { id: 'role_admin' }] }
    assert.match(await refused(`PATCH ${path}`, half), /^404 PERMISSION_NOT_FOUND/)
    assert.deepEqual(await keys(), ['reports:read'])
    const page = await ok(`GET ${path}?page_size=1`)
    assert.equal(page['next_token'], null)
  })

  test('gets and loses system permissions, which are the same in every environment', async () => {
    const systemSchema = z.object({
      system_permissions: z.array(z.object({ id: z.string(), key: z.string() })),
    })
    const all = systemSchema.parse(await ok('GET /system_permissions?sort=id_asc')).system_permissions
    assert.deepEqual(all.map(({ key }) => key).toSorted(), [
      'org:read:billing',
      'org:write:billing',
      'org:write:members',
      'read:org:authentication',
      'write:org:authentication',
    ])
    const id = await newRole('manager')
    const path = `/roles/${id}/system_permissions`
    const [one, two] = all
    assert.ok(one && two)
    const added = await ok(`PATCH ${path}`, { system_permissions: [{ id: one.id }, { id: two.id }] })
    assert.deepEqual(added['system_permissions_added'], [one.id, two.id])
    const removed = await ok(`PATCH ${path}`, { system_permissions: [{ id: one.id, operation: 'delete' }] })
    assert.deepEqual(removed['system_permissions_removed'], [one.id])
    assert.deepEqual(
      systemSchema.parse(await ok(`GET ${path}`)).system_permissions.map(({ key }) => key),
      [two.key],
    )
    const foreign = { system_permissions: [{ id: 'perm_read' }] }
    assert.match(await refused(`PATCH ${path}`, foreign), /^404 PERMISSION_NOT_FOUND/)
  })

  test('gives scopes of an API once, never those of the management API, and loses them with the API', async () => {
    const id = await newRole('clerk')
    const path = `/roles/${id}/scopes`
    await ok(`POST ${path}`, { scope_id: 'scope_orders_read' })
    await ok(`POST ${path}`, { scope_id: 'scope_orders_read' })
    await ok(`POST ${path}`, { scope_id: 'scope_orders_write' })
    const read = {
      id: 'scope_orders_read',
      key: 'read:orders',
      description: 'See orders',
      api_id: 'api_orders',
    }
    const write = { id: 'scope_orders_write', key: 'write:orders', description: null, api_id: 'api_orders' }
    assert.deepEqual((await ok(`GET ${path}`))['scopes'], [read, write])
    await ok(`DELETE ${path}/scope_orders_write`)
    assert.deepEqual((await ok(`GET ${path}`))['scopes'], [read])
    assert.match(await refused(`DELETE ${path}/scope_orders_write`), /^404 API_SCOPE_NOT_FOUND/)
    assert.match(await refused(`POST ${path}`, { scope_id: 'api_orders' }), /^404 API_SCOPE_NOT_FOUND/)
    assert.match(
      await refused(`POST ${path}`, { scope_id: 'scope_users' }),
      /^400 INVALID_REQUEST: scope_id: /,
    )
    await world.store.commit([{ kind: 'delete-api', apiId: 'api_orders' }])
    assert.deepEqual((await ok(`GET ${path}`))['scopes'], [])
  })

  test('lists who holds it in any organization, page by page, and ends with their membership', async () => {
    const id = await newRole('crew')
    for (const [code, user] of [
      ['org_engines', 'kp_bob'],
      ['org_weaving', 'kp_bob'],
      ['org_weaving', 'kp_ada'],
    ])
      await ok(`POST /organizations/${String(code)}/users`, { users: [{ id: user, roles: ['crew'] }] })
    const first = await ok(`GET /roles/${id}/users?page_size=1`)
    assert.deepEqual(first['users'], [{ id: 'kp_ada', org_codes: ['org_weaving'] }])
    const next = await ok(`GET /roles/${id}/users?page_size=1&next_token=${String(first['next_token'])}`)
    assert.deepEqual(next['users'], [{ id: 'kp_bob', org_codes: ['org_engines', 'org_weaving'] }])
    assert.equal(next['next_token'], null)
    await ok('DELETE /organizations/org_engines/users/kp_bob')
    const later = await ok(`GET /roles/${id}/users`)
    assert.deepEqual(later['users'], [
      { id: 'kp_ada', org_codes: ['org_weaving'] },
      { id: 'kp_bob', org_codes: ['org_weaving'] },
    ])
    await ok(`DELETE /roles/${id}`)
    assert.deepEqual((await directory.membership('org_weaving', 'kp_bob'))?.roleIds, [])
  })
})

describe('a permission', () => {
  test('is created, changed and deleted; its key is its name unless it is given one', async () => {
    await ok('POST /permissions', { key: 'bills:read' })
    const id = await permissionId('bills:read')
    assert.ok(id)
    await ok(`PATCH /permissions/${id}`, { name: 'Read bills', description: 'All of them' })
    const { permissions } = await directory.catalog()
    assert.deepEqual(
      permissions.find((one) => one.id === id),
      { id, key: 'bills:read', name: 'Read bills', description: 'All of them' },
    )
    assert.match(await refused('POST /permissions', { key: 'bills:read' }), /^409 ALREADY_EXISTS/)
    await ok(`DELETE /permissions/${id}`)
    assert.match(await refused(`PATCH /permissions/${id}`, { name: 'x' }), /^404 PERMISSION_NOT_FOUND/)
  })

  test('is taken from roles and members in the commit that deletes it', async () => {
    await ok('POST /permissions', { key: 'doors:open' })
    const id = await permissionId('doors:open')
    const role = await newRole('porter')
    await ok(`PATCH /roles/${role}/permissions`, { permissions: [{ id }] })
    await ok('POST /organizations/org_engines/users/kp_ada/permissions', { permission_id: id })
    await ok(`DELETE /permissions/${id}`)
    const { roles } = await directory.catalog()
    assert.deepEqual(roles.find((one) => one.id === role)?.permissionIds, [])
    assert.deepEqual((await directory.membership('org_engines', 'kp_ada'))?.permissionIds, ['perm_extra'])
    // A permission of the same id that comes later is not given to anybody.
    const again = { id, key: 'doors:open', name: 'Doors', description: null }
    await world.store.commit([{ kind: 'put-permission', permission: again }])
    const later = await directory.catalog()
    assert.deepEqual(later.roles.find((one) => one.id === role)?.permissionIds, [])
  })
})
