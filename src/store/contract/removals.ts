// What goes along with a removal, in the same commit: whatever the engine keeps of it, and links that were mailed.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '../change.ts'
import type { Store } from '../store.ts'
import type { NewDatabase } from './contract-database.ts'
import {
  aMembership,
  anApplication,
  anArtifact,
  anIdentity,
  anOrganization,
  aPassword,
  aUser,
  hashOf,
} from './samples.ts'

const api = {
  id: 'api_1',
  name: 'One',
  audience: 'https://one.example',
  isManagementApi: false,
  accessTokenType: 'JWT' as const,
  scopes: [],
}

/** Two users in two organizations, each with a session, a grant, and a refresh token for each organization. */
const people: readonly Change[] = [
  { kind: 'add-organization', organization: anOrganization('org_a') },
  // Not a wildcard of SQL.
  { kind: 'add-organization', organization: anOrganization('orgxa') },
  { kind: 'put-application', application: anApplication('app') },
  { kind: 'put-application', application: anApplication('app2') },
  { kind: 'put-api', api },
  ...['kp_1', 'kp_2'].flatMap((id): Change[] => [
    { kind: 'add-user', user: aUser(id) },
    { kind: 'add-membership', membership: aMembership('org_a', id) },
    { kind: 'add-membership', membership: aMembership('orgxa', id) },
  ]),
  { kind: 'add-identity', identity: anIdentity('kp_1', 'ada@example.com') },
]

async function filled({ commit }: Store): Promise<void> {
  await commit(people)
  for (const accountId of ['kp_1', 'kp_2']) {
    const clientId = accountId === 'kp_1' ? 'app' : 'app2'
    const grantId = `grant ${accountId}`
    const payload = { clientId, accountId }
    const put = (id: string, given: Parameters<typeof anArtifact>[1]) =>
      commit([{ kind: 'put-artifact', artifact: anArtifact(`${id} ${accountId}`, { payload, ...given }) }])
    await put('session', { model: 'Session', accountId, payload: { accountId } })
    await put('grant', { model: 'Grant', grantId, accountId })
    await put('for a', { grantId, facts: { organizationCode: 'org_a', audiences: ['https://one.example'] } })
    await put('for x', { grantId, facts: { organizationCode: 'orgxa', audiences: [] } })
    await put('userinfo', { model: 'AccessToken', grantId, facts: { idToken: { org_codes: ['org_a'] } } })
    const facts = { audiences: ['https://one.example'] }
    await put('machine', { model: 'ClientCredentials', payload: { clientId }, facts })
  }
  const token = { kind: 'password-reset', userId: 'kp_1', details: {}, expiresAtMs: 9 } as const
  await commit([{ kind: 'add-one-time-token', token: { ...token, idHash: hashOf('link') } }])
}

const models = {
  session: 'Session',
  grant: 'Grant',
  'for a': 'RefreshToken',
  'for x': 'RefreshToken',
  userinfo: 'AccessToken',
  machine: 'ClientCredentials',
} as const

/** Names of what is there, such as `for a kp_1`. */
async function left({ artifacts }: Store): Promise<string[]> {
  const names: string[] = []
  for (const [name, model] of Object.entries(models))
    for (const accountId of ['kp_1', 'kp_2'])
      if ((await artifacts.find(model, hashOf(`${name} ${accountId}`))) !== undefined)
        names.push(`${name} ${accountId}`)
  return names
}

export function removalContract(newDatabase: NewDatabase): void {
  describe('a removal takes along', () => {
    const removals: readonly (readonly [Change, readonly string[]])[] = [
      [
        { kind: 'delete-user', userId: 'kp_1' },
        ['session kp_1', 'grant kp_1', 'for a kp_1', 'for x kp_1', 'userinfo kp_1'],
      ],
      [
        { kind: 'sign-out-user', userId: 'kp_1' },
        ['session kp_1', 'grant kp_1', 'for a kp_1', 'for x kp_1', 'userinfo kp_1'],
      ],
      [
        { kind: 'replace-password', password: aPassword('kp_1') },
        ['session kp_1', 'grant kp_1', 'for a kp_1', 'for x kp_1', 'userinfo kp_1'],
      ],
      [
        { kind: 'delete-membership', organizationCode: 'org_a', userId: 'kp_1' },
        ['for a kp_1', 'userinfo kp_1'],
      ],
      [
        { kind: 'delete-organization', code: 'org_a' },
        ['for a kp_1', 'for a kp_2', 'userinfo kp_1', 'userinfo kp_2'],
      ],
      [
        { kind: 'delete-application', clientId: 'app' },
        ['grant kp_1', 'for a kp_1', 'for x kp_1', 'userinfo kp_1', 'machine kp_1'],
      ],
      [{ kind: 'delete-api', apiId: 'api_1' }, ['for a kp_1', 'for a kp_2', 'machine kp_1', 'machine kp_2']],
      [{ kind: 'end-api-tokens', apiId: 'api_1', isMachinesOnly: true }, ['machine kp_1', 'machine kp_2']],
      [{ kind: 'end-api-tokens', apiId: 'api_1', clientId: 'app', isMachinesOnly: true }, ['machine kp_1']],
      [
        { kind: 'end-api-tokens', apiId: 'api_1', clientId: 'app', isMachinesOnly: false },
        ['for a kp_1', 'machine kp_1'],
      ],
    ]
    for (const [change, gone] of removals) {
      test(`${gone.join(', ')}: ${change.kind}`, async (t) => {
        const store = await (await newDatabase(t)).open()
        await filled(store)
        const before = await left(store)
        assert.equal(before.length, 12)
        await store.commit([change])
        assert.deepEqual(
          await left(store),
          before.filter((name) => !gone.includes(name)),
        )
      })
    }

    test('nothing when the commit fails', async (t) => {
      const store = await (await newDatabase(t)).open()
      await filled(store)
      const taken = { ...anIdentity('kp_2', 'ada@example.com'), id: 'identity_other' }
      const changes: Change[] = [
        { kind: 'sign-out-user', userId: 'kp_1' },
        { kind: 'add-identity', identity: taken },
      ]
      await assert.rejects(store.commit(changes), { code: 'store_conflict' })
      assert.equal((await left(store)).length, 12)
    })

    const linkRemovals: readonly ((identityId: string) => Change)[] = [
      (identityId) => ({ kind: 'delete-identity', identityId }),
      () => ({ kind: 'replace-password', password: aPassword('kp_1') }),
    ]
    for (const removal of linkRemovals) {
      test(`the links that were mailed to an address: ${removal('').kind}`, async (t) => {
        const store = await (await newDatabase(t)).open()
        await filled(store)
        assert.ok(await store.oneTimeTokens.peek('password-reset', hashOf('link'), 1))
        const [identity] = await store.directory.identities('kp_1')
        await store.commit([removal(identity?.id ?? '')])
        assert.equal(await store.oneTimeTokens.peek('password-reset', hashOf('link'), 1), undefined)
      })
    }
  })

  test('a record of the audit log and the memberships of the file are kept in the commit that they are part of', async (t) => {
    const { directory, audit, commit } = await (await newDatabase(t)).open()
    assert.deepEqual(await directory.fileMemberships(), [])
    const event = 'user.signed_up' as const
    const record = { atMs: 1, event, userId: 'kp_1', clientId: null, ip: null, details: { a: [1] } }
    const memberships = [
      { organizationCode: 'org_a', userId: 'kp_1' },
      { organizationCode: 'org_a', userId: 'kp_2' },
      { organizationCode: 'org_b', userId: 'kp_1' },
    ]
    await commit([
      { kind: 'append-audit', record },
      { kind: 'put-file-memberships', memberships, expected: [] },
    ])
    assert.partialDeepStrictEqual(await audit.list({ limit: 1 }), [record])
    assert.deepEqual(await directory.fileMemberships(), memberships)
    const unknown = { kind: 'add-identity', identity: anIdentity('kp_none', 'a@example.com') } as const
    await assert.rejects(commit([{ kind: 'append-audit', record }, unknown]))
    assert.equal((await audit.list({ limit: 9 })).length, 1)
  })
}
