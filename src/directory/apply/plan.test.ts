// mintage.yaml against a real database: the plan, what it makes, and that a second one is empty.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseMintageYaml } from '../../config/index.ts'
import { effectiveFlags, effectivePermissions, effectiveRoles } from '../access.ts'
import { ensureBuiltIns } from '../built-ins.ts'
import { openTestDirectory, testIssuer } from '../fixtures/test-directory.ts'
import { checkPassword } from '../sign-in.ts'
import { planDirectory, planText } from './plan.ts'

const demo = readFileSync(new URL('../../../examples/demo/mintage.yaml', import.meta.url), 'utf8')
const demoWeb = 'd3300000000000000000000000000001'
const demoMachine = 'd3300000000000000000000000000003'

describe('branding', () => {
  const branded = (environment: string, organization = 'themeCode: dark') => `
settings: { branding: { ${environment} } }
applications: { shop: { type: spa, branding: { businessName: Shop } } }
organizations: { acme: { code: org_acme, branding: { ${organization} } } }`

  test('is as the file says, and stays when the file says nothing of it', async (t) => {
    const directory = await openTestDirectory(t)
    const first = await directory.apply(branded("primaryColor: '#0056f1', linkColor: '#064'"))
    assert.match(planText(first), /\+ branding environment\n\+ branding shop\n\+ branding acme/)
    assert.equal(planText(await directory.apply(branded("primaryColor: '#0056f1', linkColor: '#064'"))), '')
    const owners = [{ kind: 'organization', code: 'org_acme' }, { kind: 'environment' }] as const
    const read = async () =>
      (await directory.store.branding.brandings(owners)).map(({ branding }) => branding)
    assert.deepEqual(await read(), [{ themeCode: 'dark' }, { buttonColor: '#0056f1', linkColor: '#064' }])
    const second = await directory.apply(branded("primaryColor: '#0056f1'", 'businessName: Acme'))
    assert.equal(
      planText(second),
      '~ branding environment linkColor\n~ branding acme themeCode, businessName',
    )
    await directory.apply('organizations: { acme: { code: org_acme } }')
    assert.deepEqual(await read(), [
      { businessName: 'Acme' },
      { buttonColor: '#0056f1', linkColor: '#0056f1' },
    ])
  })
})

describe('the demo', () => {
  test('is made by one plan, and a second one is empty', async (t) => {
    const directory = await openTestDirectory(t)
    const first = await directory.apply(demo)
    assert.ok(planText(first).includes('+ user ada@example.com\n'), planText(first))
    assert.equal(planText(await directory.apply(demo)), '')
  })

  test('gives Ada what the demo workflow works on', async (t) => {
    const { store } = await openTestDirectory(t, demo)
    const catalog = await store.directory.catalog()
    const subject = await store.directory.tokenSubject('kp_ada', 'org_engines')
    assert.ok(subject)
    assert.deepEqual(
      effectiveRoles(catalog, subject.membership)
        .map(({ key }) => key)
        .sort(),
      ['admin', 'editor'],
    )
    assert.deepEqual(
      effectivePermissions(catalog, subject.membership)
        .map(({ key }) => key)
        .sort(),
      ['create:reports', 'delete:reports', 'manage:members', 'read:reports'],
    )
    assert.deepEqual(effectiveFlags(catalog, subject), {
      layout: { t: 'j', v: { columns: 2, panels: ['news', 'numbers'] } },
      new_dashboard: { t: 'b', v: true },
      report_limit: { t: 'i', v: 50 },
      theme: { t: 's', v: 'violet' },
    })
  })

  test('puts the issuer into redirect URIs, and grants its machine scopes of the management API', async (t) => {
    const { store } = await openTestDirectory(t, demo)
    const catalog = await store.directory.catalog()
    assert.equal(
      catalog.applications.find(({ clientId }) => clientId === demoWeb)?.redirectUris[0],
      `${testIssuer}/playground/callback`,
    )
    const management = catalog.apis.find(({ isManagementApi }) => isManagementApi)
    assert.equal(management?.audience, `${testIssuer}/api`)
    const access = catalog.applications
      .find(({ clientId }) => clientId === demoMachine)
      ?.apis.find(({ apiId }) => apiId === management.id)
    const granted = management.scopes.filter(({ id }) => access?.scopeIds.includes(id)).map(({ key }) => key)
    assert.ok(granted.includes('read:users'))
    assert.ok(!granted.includes('create:users'))
  })

  test('lets Ada sign in with the password of the file', async (t) => {
    const directory = await openTestDirectory(t, demo)
    const attempt = { identifier: 'ada@example.com', password: 'sunflower-engine-42', ip: '192.0.2.1' }
    assert.equal((await checkPassword(attempt, directory)).kind, 'signed-in')
  })
})

describe('a plan', () => {
  test('gives the identities of its users their connection', async (t) => {
    const { store } = await openTestDirectory(t, demo)
    const { connections } = await store.directory.catalog()
    const identity = await store.directory.identity('email', 'ada@example.com')
    const byEmail = connections.find(({ strategy }) => strategy === 'email:password')
    assert.equal(identity?.connectionId, byEmail?.id ?? 'a built-in connection')
  })

  test('names what differs, and no value', async (t) => {
    const directory = await openTestDirectory(
      t,
      'environmentVariables: { KEY: { value: hunter2, isSecret: true } }',
    )
    const plan = await directory.apply('environmentVariables: { KEY: { value: hunter3, isSecret: true } }')
    assert.equal(planText(plan), '~ environment variable KEY value')
  })

  test('that is only looked at changes nothing', async (t) => {
    const directory = await openTestDirectory(t)
    const file = parseMintageYaml('roles: { admin: {} }', 'mintage.yaml', () => undefined)
    assert.equal(planText(await planDirectory(file, directory)), '+ role admin')
    assert.deepEqual((await directory.store.directory.catalog()).roles, [])
  })

  test('prints no secret of the file', async (t) => {
    const directory = await openTestDirectory(t)
    const yaml = `applications: { web: { type: reg, clientSecret: ${'hunter2'.repeat(6)} } }`
    assert.ok(!planText(await directory.apply(yaml)).includes('hunter2'))
  })

  test('keeps what the API gave a role where the file says nothing of it, and takes over where it does', async (t) => {
    const declared = `apis: { orders: { audience: https://orders.example.com, scopes: { read:orders: See, write:orders: Change } } }
permissions: { give: {} }
roles: { clerk: {} }`
    const directory = await openTestDirectory(t, declared)
    const { roles, apis, permissions } = await directory.store.directory.catalog()
    const [clerk, scope, permission] = [roles[0], apis[0]?.scopes[1], permissions[0]]
    assert.ok(clerk && scope && permission)
    const given = {
      ...clerk,
      scopeIds: [scope.id],
      systemPermissions: ['org:write:members'],
      assignmentPermissionId: permission.id,
    }
    await directory.store.commit([{ kind: 'put-role', role: given }])
    assert.equal(planText(await directory.apply(declared)), '')
    const said = `${declared.slice(0, -1).replace('clerk: {}', 'clerk: { systemPermissions: [org:read:billing], assignmentPermission: null, apis: [{ audience: https://orders.example.com, scopes: [read:orders] }] }')}}`
    const plan = await directory.apply(said)
    assert.equal(planText(plan), '~ role clerk scopeIds, systemPermissions, assignmentPermissionId')
    const [after] = (await directory.store.directory.catalog()).roles
    assert.deepEqual(
      [after?.scopeIds, after?.systemPermissions, after?.assignmentPermissionId],
      [[apis[0]?.scopes[0]?.id], ['org:read:billing'], null],
    )
  })

  test('puts a property into a category of the file, and leaves the category of the API where it says nothing', async (t) => {
    const directory = await openTestDirectory(
      t,
      'propertyCategories: { money: { context: usr } }\nproperties: { plan: { context: usr, category: money } }',
    )
    const { properties, propertyCategories } = await directory.store.directory.catalog()
    assert.equal(propertyCategories[0]?.name, 'money')
    assert.equal(properties[0]?.categoryId, propertyCategories[0]?.id)
    assert.equal(planText(await directory.apply('properties: { plan: { context: usr } }')), '')
  })

  test('makes the plans that customers can have, and with prune takes back those that it does not hold', async (t) => {
    const directory = await openTestDirectory(t, 'billing: { plans: { pro: { features: { seats: {} } } } }')
    const { billingPlans } = await directory.store.directory.catalog()
    const prices = { fixedCharge: null, unitAmount: null, min: null, max: null }
    assert.partialDeepStrictEqual(billingPlans, [
      {
        code: 'pro',
        name: 'pro',
        customer: 'organization',
        period: 'month',
        features: [{ code: 'seats', name: 'seats', priceName: 'seats', ...prices }],
      },
    ])
    const plan = await directory.apply(
      'billing: { plans: { pro: { period: year, features: { seats: {} } } } }',
    )
    assert.equal(planText(plan), '~ plan pro period')
    const guide = readFileSync(new URL('../../../docs/guides/billing.md', import.meta.url), 'utf8')
    const [, ofGuide = ''] = /```yaml\n(.*?)```/s.exec(guide) ?? []
    assert.equal(planText(await directory.apply(ofGuide)), '~ plan pro name, period, features\n+ plan solo')
    assert.deepEqual(
      planText(await directory.apply('prune: true'))
        .split('\n')
        .toSorted(),
      ['- plan pro', '- plan solo'],
    )
  })

  test('leaves alone what the file does not mention', async (t) => {
    const directory = await openTestDirectory(t, demo)
    assert.equal(planText(await directory.apply('roles: { guest: {} }')), '+ role guest')
    const { roles, applications } = await directory.store.directory.catalog()
    assert.equal(roles.length, 4)
    assert.equal(applications.length, 4)
  })

  test('removes it when the file says so, but never a user, an organization or what is built in', async (t) => {
    const directory = await openTestDirectory(t, demo)
    await directory.apply('prune: true\nroles: { member: { isDefault: true } }')
    const catalog = await directory.store.directory.catalog()
    assert.deepEqual(
      catalog.roles.map(({ key }) => key),
      ['member'],
    )
    assert.deepEqual([catalog.applications, catalog.permissions, catalog.environmentVariables], [[], [], []])
    assert.ok(catalog.apis.every(({ isManagementApi }) => isManagementApi))
    assert.equal(catalog.connections.length, 2)
    assert.ok(await directory.store.directory.user('kp_ada'))
    assert.ok(await directory.store.directory.organization('org_looms'))
  })

  test('is made as a whole or not at all', async (t) => {
    const directory = await openTestDirectory(t, 'users: [{ email: a@example.com, providedId: taken }]')
    const yaml = 'roles: { admin: {} }\nusers: [{ email: b@example.com, providedId: taken }]'
    await assert.rejects(directory.apply(yaml), { code: 'store_conflict' })
    assert.deepEqual((await directory.store.directory.catalog()).roles, [])
  })

  test('is made once when two processes make it at the same time', async (t) => {
    const directory = await openTestDirectory(t)
    await Promise.all([directory.apply(demo), directory.apply(demo)])
    assert.equal(planText(await directory.apply(demo)), '')
    assert.equal((await directory.store.directory.catalog()).roles.length, 3)
  })
})

describe('an application of the file', () => {
  test('without a secret in it gets one that stays, and a client_id from its key', async (t) => {
    const directory = await openTestDirectory(t, 'applications: { web: { type: reg } }')
    const made = (await directory.store.directory.catalog()).applications[0]
    assert.match(made?.clientSecret ?? '', /^[a-zA-Z0-9]{40,60}$/)
    assert.equal(planText(await directory.apply('applications: { web: { type: reg } }')), '')
    await directory.apply('applications: { web: { type: reg, name: Another } }')
    const renamed = (await directory.store.directory.catalog()).applications[0]
    assert.equal(renamed?.clientSecret, made?.clientSecret)
    assert.equal(renamed?.clientId, made?.clientId)
  })

  test('goes back to the default of what a line no longer says', async (t) => {
    const directory = await openTestDirectory(t, 'applications: { web: { type: reg, requirePkce: true } }')
    const plan = await directory.apply('applications: { web: { type: reg } }')
    assert.equal(planText(plan), '~ application web isPkceRequired')
  })
})

describe('a user of the file', () => {
  const yaml = 'users: [{ email: ada@example.com, password: first-password, firstName: Ada }]'

  test('keeps what the file does not say', async (t) => {
    const directory = await openTestDirectory(t, yaml)
    assert.equal(planText(await directory.apply('users: [{ email: ada@example.com }]')), '')
    const attempt = { identifier: 'ada@example.com', password: 'first-password', ip: '192.0.2.1' }
    assert.equal((await checkPassword(attempt, directory)).kind, 'signed-in')
  })

  test('with another password has all sessions ended (RT-05)', async (t) => {
    const directory = await openTestDirectory(t, yaml)
    const plan = await directory.apply('users: [{ email: ada@example.com, password: second-password }]')
    assert.equal(planText(plan), '~ user ada@example.com password')
    assert.deepEqual(
      plan.steps[0]?.changes.map(({ kind }) => kind),
      ['replace-password'],
    )
  })

  test('that has replaced a temporary password keeps the new one', async (t) => {
    const temporary =
      'users: [{ email: ada@example.com, password: first-password, isTemporaryPassword: true }]'
    const directory = await openTestDirectory(t, temporary)
    await directory.apply('users: [{ email: ada@example.com, password: second-password }]')
    assert.equal(planText(await directory.apply(temporary)), '')
  })

  test('is refused when its identifiers belong to two users', async (t) => {
    const directory = await openTestDirectory(t, 'users: [{ email: a@example.com }, { username: bob }]')
    await assert.rejects(directory.apply('users: [{ email: a@example.com, username: bob }]'), {
      code: 'mintage_file_invalid',
      message: /different users/,
    })
  })

  test('joins an organization with the default roles when none are named', async (t) => {
    const directory = await openTestDirectory(
      t,
      `roles: { member: { isDefault: true }, admin: {} }
organizations: { acme: { code: org_acme } }
users: [{ email: a@example.com, id: kp_a, organizations: { acme: {} } }]`,
    )
    const membership = await directory.store.directory.membership('org_acme', 'kp_a')
    const { roles } = await directory.store.directory.catalog()
    assert.deepEqual(
      membership?.roleIds,
      roles.filter(({ key }) => key === 'member').map(({ id }) => id),
    )
  })
})

test('another default organization takes the place of the former one', async (t) => {
  const directory = await openTestDirectory(t, 'organizations: { a: { code: org_a, isDefault: true } }')
  const plan = await directory.apply('organizations: { b: { code: org_b, isDefault: true } }')
  assert.equal(planText(plan), '~ organization org_a isDefault\n+ organization b')
  assert.equal((await directory.store.directory.defaultOrganization())?.code, 'org_b')
})

test('the management API follows the issuer and keeps its id and its grants', async (t) => {
  const directory = await openTestDirectory(t, demo)
  const before = (await directory.store.directory.catalog()).apis.find(
    ({ isManagementApi }) => isManagementApi,
  )
  await ensureBuiltIns(directory.store, 'https://id.example.com')
  const after = (await directory.store.directory.catalog()).apis.find(
    ({ isManagementApi }) => isManagementApi,
  )
  assert.equal(after?.audience, 'https://id.example.com/api')
  assert.equal(after.id, before?.id)
  assert.deepEqual(after.scopes, before?.scopes)
})
