// API keys: found by their hash, listed by whose they are, and gone with it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewApiKey } from '../api-key-store.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { anOrganization, aUser } from './samples.ts'

const key = (id: string, overrides: Partial<NewApiKey> = {}) =>
  ({
    kind: 'add-api-key',
    apiKey: {
      id,
      hash: `hash of ${id}`,
      name: id,
      type: 'environment',
      apiId: 'api_1',
      scopeIds: ['scope_1'],
      userId: null,
      organizationCode: null,
      prefix: 'k_live',
      suffix: 'abcd',
      createdAtMs: 1,
      ...overrides,
    },
  }) as const

const theApi = {
  id: 'api_1',
  name: 'API',
  audience: 'https://api.example',
  isManagementApi: false,
  accessTokenType: 'JWT',
  scopes: [],
} as const

export function apiKeyContract(newDatabase: NewDatabase): void {
  describe('API keys', () => {
    test('are found by id and hash, counted, rotated once, revoked once, and end with their owner', async (t) => {
      const { apiKeys, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'put-api', api: theApi },
        { kind: 'add-user', user: aUser('kp_1') },
        { kind: 'add-organization', organization: anOrganization('org_1') },
        key('k1'),
        key('k2', { type: 'user', userId: 'kp_1' }),
        key('k3', { type: 'organization', organizationCode: 'org_1' }),
      ])
      assert.deepEqual(await apiKeys.findByHash('hash of k1'), {
        ...key('k1').apiKey,
        status: 'active',
        lastVerifiedAtMs: null,
        lastVerifiedIp: null,
        verificationCount: 0,
      })
      await Promise.all([
        apiKeys.countVerification('k1', 5, '192.0.2.1'),
        apiKeys.countVerification('k1', 5, null),
      ])
      assert.equal((await apiKeys.find('k1'))?.verificationCount, 2)

      const rotate = (expectedHash: string) =>
        commit([
          {
            kind: 'rotate-api-key',
            id: 'k1',
            set: { hash: 'new', prefix: 'k_live', suffix: 'wxyz' },
            expectedHash,
          },
        ])
      await rotate('hash of k1')
      await assert.rejects(rotate('hash of k1'), ChangedMeanwhileError)
      assert.equal(await apiKeys.findByHash('hash of k1'), undefined)
      const revoke = () => commit([{ kind: 'revoke-api-key', id: 'k1', atMs: 9 }])
      await revoke()
      await assert.rejects(revoke(), ChangedMeanwhileError)
      await assert.rejects(rotate('new'), ChangedMeanwhileError)

      await commit([{ kind: 'update-user', userId: 'kp_1', set: { isSuspended: true } }])
      const ids = async (filter: Parameters<typeof apiKeys.list>[0], cursor?: string) =>
        (await apiKeys.list(filter, { size: 9, ...(cursor !== undefined && { cursor }) })).map(({ id }) => id)
      assert.deepEqual(await ids({}), ['k1', 'k2', 'k3'])
      assert.deepEqual(await ids({}, 'k1'), ['k2', 'k3'])
      assert.deepEqual(await ids({ status: 'revoked' }), ['k1'])
      assert.deepEqual(await ids({ status: 'inactive' }), ['k2'])
      assert.deepEqual(await ids({ status: 'active', type: 'organization' }), ['k3'])
      assert.deepEqual(await ids({ userId: 'kp_1' }), ['k2'])
      assert.deepEqual(await ids({ organizationCode: 'org_1' }), ['k3'])

      await commit([{ kind: 'delete-user', userId: 'kp_1' }])
      await commit([{ kind: 'delete-organization', code: 'org_1' }])
      assert.deepEqual(await ids({}), ['k1'])
      await commit([{ kind: 'delete-api', apiId: 'api_1' }])
      assert.deepEqual(await ids({}), [])
    })
  })
}
