// The catalog: one frozen snapshot, never older than a change of this process, at most a second older than one of another.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Catalog } from '../catalog.ts'
import type { NewDatabase } from './contract-database.ts'
import { aConnection, anApplication, aPermission, aPlan, aRole, aWebhook } from './samples.ts'

export function catalogContract(newDatabase: NewDatabase): void {
  describe('catalog', () => {
    test('gives every kind of record back as it was put', async (t) => {
      const database = await newDatabase(t)
      const { directory, commit } = await database.open()
      const api = {
        id: 'api_1',
        name: 'API',
        audience: 'https://api.example',
        isManagementApi: false,
        accessTokenType: 'JWT' as const,
        scopes: [],
      }
      const expected: Catalog = {
        version: 1,
        applications: [
          anApplication('app_1', { apis: [{ apiId: 'api_1', scopeIds: [] }] }),
          anApplication('app_2', { type: 'spa', clientSecret: null, authMethod: 'none' }),
        ],
        apis: [api],
        roles: [aRole('r1', { permissionIds: ['p1'], isDefault: true })],
        permissions: [aPermission('p1')],
        featureFlags: [
          {
            id: 'flag_1',
            key: 'theme',
            name: 'Theme',
            description: null,
            type: 'json',
            defaultValue: { dark: false },
            environmentValue: null,
            allowOverrideLevel: 'usr',
          },
        ],
        properties: [
          {
            id: 'prop_1',
            key: 'plan',
            name: 'Plan',
            description: null,
            type: 'single_line_text',
            context: 'org',
            isPrivate: true,
            categoryId: null,
          },
        ],
        propertyCategories: [{ id: 'category_1', name: 'Billing', context: 'org' }],
        environmentSettings: [
          {
            id: 'environment',
            email: 'office@example.com',
            phone: null,
            industryKey: null,
            timezoneKey: 'Europe/London',
            mfa: { policy: 'optional', enabledFactors: ['mfa:email'], isRecoveryCodesEnabled: true },
          },
        ],
        connections: [aConnection('conn_1')],
        environmentVariables: [
          { id: 'env_1', key: 'URL', value: 'https://crm.example', isSecret: false, createdAtMs: 1 },
          { id: 'env_2', key: 'TOKEN', value: 'hush', isSecret: true, createdAtMs: 1 },
        ],
        deploymentRoles: [{ id: 'live', deploymentId: 'dep_1', activationId: 'act_1', sinceMs: 1 }],
        deploymentPreviews: [
          {
            deploymentId: 'dep_1',
            workflowDeploymentIds: ['wfd_1'],
            passwordId: 'first',
            passwordHash: '00',
            createdAtMs: 1,
          },
        ],
        webhooks: [aWebhook('webhook_1')],
        billingPlans: [aPlan('pro')],
      }
      await commit([
        ...expected.applications.map((application) => ({ kind: 'put-application', application }) as const),
        ...expected.apis.map((one) => ({ kind: 'put-api', api: one }) as const),
        ...expected.roles.map((role) => ({ kind: 'put-role', role }) as const),
        ...expected.permissions.map((permission) => ({ kind: 'put-permission', permission }) as const),
        ...expected.featureFlags.map((flag) => ({ kind: 'put-feature-flag', flag }) as const),
        ...expected.properties.map((property) => ({ kind: 'put-property', property }) as const),
        ...expected.propertyCategories.map(
          (category) => ({ kind: 'put-property-category', category }) as const,
        ),
        ...expected.environmentSettings.map(
          (settings) => ({ kind: 'put-environment-settings', settings }) as const,
        ),
        ...expected.connections.map((connection) => ({ kind: 'put-connection', connection }) as const),
        ...expected.environmentVariables.map(
          (variable) => ({ kind: 'put-environment-variable', variable }) as const,
        ),
        ...expected.deploymentRoles.map((one) => ({ kind: 'put-deployment-role', role: one }) as const),
        ...expected.deploymentPreviews.map(
          (preview) => ({ kind: 'put-deployment-preview', preview }) as const,
        ),
        ...expected.webhooks.map((webhook) => ({ kind: 'put-webhook', webhook }) as const),
        ...expected.billingPlans.map((plan) => ({ kind: 'put-billing-plan', plan }) as const),
      ])
      assert.deepEqual(await directory.catalog(), expected)
      const reopened = await database.open()
      assert.deepEqual(await reopened.directory.catalog(), expected)

      await commit([
        { kind: 'delete-application', clientId: 'app_2' },
        { kind: 'delete-api', apiId: 'api_1' },
        { kind: 'delete-feature-flag', key: 'theme' },
        { kind: 'delete-property', key: 'plan', context: 'org' },
        { kind: 'delete-connection', connectionId: 'conn_1' },
        { kind: 'delete-environment-variable', variableId: 'env_1' },
        { kind: 'delete-deployment-preview', deploymentId: 'dep_1' },
        { kind: 'delete-webhook', webhookId: 'webhook_1' },
        { kind: 'delete-billing-plan', planId: 'pro' },
      ])
      const left = await directory.catalog()
      assert.deepEqual(
        left.applications,
        [anApplication('app_1')],
        'no application names an API that is gone',
      )
      assert.deepEqual([left.apis, left.featureFlags, left.properties, left.connections], [[], [], [], []])
      assert.deepEqual([left.deploymentPreviews, left.webhooks, left.billingPlans], [[], [], []])
      assert.deepEqual(left.environmentVariables, expected.environmentVariables.slice(1))
    })

    test('keeps the options of a connection apart from its record, and as they are while none are given', async (t) => {
      const database = await newDatabase(t)
      const { directory, commit } = await database.open()
      const options = { clientSecret: 'hush', scopes: ['openid'] }
      const put = { kind: 'put-connection', connection: aConnection('conn_1') } as const
      await commit([put, { ...put, connection: aConnection('conn_2') }])
      assert.equal(await directory.connectionOptions('conn_1'), undefined)
      await commit([{ ...put, options }])
      await commit([{ ...put, connection: aConnection('conn_1', { displayName: 'Renamed' }) }])
      assert.deepEqual((await directory.catalog()).connections, [
        aConnection('conn_1', { displayName: 'Renamed' }),
        aConnection('conn_2'),
      ])
      assert.deepEqual(await (await database.open()).directory.connectionOptions('conn_1'), options)
      assert.equal(await directory.connectionOptions('conn_2'), undefined)
      await commit([{ ...put, options: {} }])
      assert.deepEqual(await directory.connectionOptions('conn_1'), {})
    })

    test('takes a connection that was written before there were kinds for a password connection', async (t) => {
      const database = await newDatabase(t)
      await (await database.open()).commit([{ kind: 'put-connection', connection: aConnection('conn_1') }])
      await database.execute(`update connections set document = replace(document, '"kind":"password",', '')`)
      await database.execute(`update counters set value = value + 1 where name = 'catalog'`)
      const { directory } = await database.open()
      assert.deepEqual((await directory.catalog()).connections, [aConnection('conn_1')])
    })

    test('is one frozen snapshot as long as nothing changes', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      await commit([{ kind: 'put-application', application: anApplication('app_1') }])
      const catalog = await directory.catalog()
      assert.equal(await directory.catalog(), catalog)
      const [application] = catalog.applications
      assert.ok(application)
      assert.throws(() => Object.assign(application.lifetimes, { accessToken: 1 }), TypeError)
      assert.throws(() => Object.assign(application, { name: 'other' }), TypeError)
    })

    test('is never older than a change that this process has made', async (t) => {
      const { directory, commit } = await (await newDatabase(t)).open()
      for (let round = 0; round < 20; round++) {
        const name = `Application ${round}`
        // Readers that began before the change may have the older one; who asks after it may not.
        const readers = [directory.catalog(), directory.catalog()]
        await commit([{ kind: 'put-application', application: anApplication('app_1', { name }) }])
        assert.equal((await directory.catalog()).applications[0]?.name, name)
        await Promise.all(readers)
        assert.equal((await directory.catalog()).applications[0]?.name, name)
      }
    })

    test('follows a change by another process within a second', async (t) => {
      const database = await newDatabase(t)
      const [here, there] = [await database.open(), await database.open()]
      assert.deepEqual((await here.directory.catalog()).applications, [])
      await there.commit([{ kind: 'put-application', application: anApplication('app_1') }])
      const deadline = performance.now() + 1_000
      let seen = 0
      while (seen === 0 && performance.now() < deadline) {
        seen = (await here.directory.catalog()).applications.length
        await setTimeout(10)
      }
      assert.equal(seen, 1)
    })
  })
}
