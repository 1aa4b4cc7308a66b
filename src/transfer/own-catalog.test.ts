// What becomes of the catalog of an export in a database that holds some of it already, under ids of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newApplication } from '../directory/index.ts'
import type { Catalog } from '../store/index.ts'
import { ownCatalogSchema, ownCatalogWith } from './own-catalog.ts'

const clientId = 'c0000000000000000000000000000001'
const deps = {
  issuer: 'https://new.example',
  random: (count: number) => new Uint8Array(count),
  now: () => 7,
}
const permission = (id: string, key: string) => ({ id, key, name: key, description: null })
const api = (id: string, scope: string) => ({
  id,
  name: 'Books',
  audience: '${issuer}/books',
  isManagementApi: false,
  accessTokenType: 'JWT' as const,
  scopes: [{ id: scope, key: 'read', description: null }],
})
const nothing: Catalog = {
  version: 3,
  applications: [],
  apis: [],
  roles: [],
  permissions: [],
  featureFlags: [],
  properties: [],
  propertyCategories: [],
  environmentSettings: [],
  connections: [],
  environmentVariables: [],
  deploymentRoles: [],
  deploymentPreviews: [],
  billingPlans: [],
  webhooks: [],
}
const role = {
  id: 'role_1',
  key: 'editor',
  name: 'Editor',
  description: null,
  permissionIds: ['perm_1', 'perm_2'],
  isDefault: false,
  scopeIds: ['scope_1'],
  systemPermissions: [],
  assignmentPermissionId: 'perm_1',
}
const application = newApplication({ clientId, name: 'Web', type: 'reg' }, deps)
const own = ownCatalogSchema.parse({
  ...nothing,
  permissions: [permission('perm_1', 'read'), permission('perm_2', 'write')],
  apis: [api('api_1', 'scope_1')],
  roles: [role],
  applications: [
    {
      ...application,
      clientSecret: '${env:WEB}',
      redirectUris: ['${issuer}/done', 'https://app.example/${issuer}'],
      apis: [{ apiId: 'api_1', scopeIds: ['scope_1'] }],
      accessRoleIds: ['role_1'],
    },
  ],
  environmentVariables: [
    { id: 'env_var_1', key: 'LITERAL', value: '${env:WEB}', isSecret: false, createdAtMs: 1 },
    { id: 'env_var_2', key: 'SECRET', value: '${env:SECRET}', isSecret: true, createdAtMs: 1 },
  ],
})

test('what exists under the same key keeps its id, and what refers to it is rewritten', () => {
  const current = {
    ...nothing,
    permissions: [permission('perm_here', 'read')],
    apis: [{ ...api('api_here', 'scope_here'), audience: 'https://new.example/books' }],
  }
  const secret = (name: string) => (name === 'WEB' ? 'x'.repeat(40) : undefined)
  const { changes, ids, remarks } = ownCatalogWith(own, current, { ...deps, secret })
  const put = Object.fromEntries(changes.map((change) => [change.kind, change]))
  assert.deepEqual(Object.keys(put).toSorted(), [
    'expect-catalog',
    'put-application',
    'put-environment-variable',
    'put-permission',
    'put-role',
  ])
  assert.deepEqual(Object(put['put-role']).role, {
    ...role,
    permissionIds: ['perm_here', 'perm_2'],
    scopeIds: ['scope_here'],
    assignmentPermissionId: 'perm_here',
  })
  const written = Object(put['put-application']).application
  assert.equal(written.clientSecret, 'x'.repeat(40))
  assert.deepEqual(written.redirectUris, ['https://new.example/done'])
  assert.deepEqual(written.apis, [{ apiId: 'api_here', scopeIds: ['scope_here'] }])
  assert.deepEqual(written.accessRoleIds, ['role_1'])
  // The value of a variable that is not secret is itself, whatever it looks like.
  assert.equal(Object(put['put-environment-variable']).variable.value, '${env:WEB}')
  assert.equal(ids('perm_1'), 'perm_here')
  assert.deepEqual(
    remarks.map(({ at, reason }) => `${at}: ${reason}`),
    [
      'application Web: https://app.example/${issuer}: a redirect URI that holds a { or }: placeholders are not filled in, a * stands for one subdomain',
      'environment variable SECRET: SECRET is not set',
    ],
  )
})

test('without its secret an application gets a new one, and the import says so', () => {
  const { changes, remarks } = ownCatalogWith(own, nothing, { ...deps, secret: () => undefined })
  const written = changes.find(({ kind }) => kind === 'put-application')
  assert.match(Object(written).application.clientSecret, /^[A-Za-z0-9]{48}$/)
  assert.match(
    remarks[0]?.reason ?? '',
    /its client secret, in place of which it has a new one: WEB is not set/,
  )
})
