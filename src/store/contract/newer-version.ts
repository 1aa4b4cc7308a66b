// E9: a database on which a newer version has been: it added tables, columns, and members of documents, and this one goes on serving,
// those that were open meanwhile and those that are opened afterwards.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { contractKey, type ContractDatabase, type NewDatabase } from './contract-database.ts'
import {
  aMembership,
  anApplication,
  anArtifact,
  anIdentity,
  anInvocation,
  anOrganization,
  aPermission,
  aRole,
  aUser,
  hashOf,
} from './samples.ts'

const extendedTables = [
  'artifacts',
  'users',
  'identities',
  'passwords',
  'organizations',
  'memberships',
  'applications',
  'signing_keys',
  'one_time_tokens',
  'throttles',
  'audit',
  'invocations',
]

/** What the next version would do to the database, and what it would write into a document. */
async function extend(database: ContractDatabase): Promise<void> {
  const columns = extendedTables.map((table) => `alter table ${table} add column later text default 'x';`)
  await database.execute(`
    ${columns.join('\n')}
    create table gadgets (id text not null primary key, later text);
    insert into schema_migrations (id, name, hash, applied_at_ms) values (999, 'gadgets', 'x', 0);
    insert into identities (id, user_id, type, value, normalized, is_verified, created_at_ms)
      values ('identity_later', 'kp_1', 'passkey', 'x', 'x', 1, 1);
    update applications set document = replace(document, '"lifetimes":{', '"later":{"a":null},"lifetimes":{"later":60,');
    update applications set document = replace(document, '"accessToken":["roles"', '"accessToken":["roles","later"');
    update roles set document = replace(document, '{"id"', '{"later":[1],"id"');
    update counters set value = value + 1 where name = 'catalog';
  `)
}

const application = anApplication('app_1')
const [user, identity] = [aUser('kp_1'), anIdentity('kp_1', 'ada@example.com')]

async function fill({ commit, signingKeys }: Store): Promise<void> {
  await commit([
    { kind: 'put-application', application },
    { kind: 'put-permission', permission: aPermission('p1') },
    { kind: 'put-role', role: aRole('r1', { permissionIds: ['p1'] }) },
    { kind: 'add-user', user },
    { kind: 'add-identity', identity },
    { kind: 'add-password', password: { userId: 'kp_1', hash: 'x', isTemporary: false, updatedAtMs: 1 } },
    { kind: 'add-organization', organization: anOrganization('org_1') },
    { kind: 'add-membership', membership: aMembership('org_1', 'kp_1', { roleIds: ['r1'] }) },
    { kind: 'put-artifact', artifact: anArtifact('a') },
    {
      kind: 'add-one-time-token',
      token: {
        idHash: hashOf('t'),
        kind: 'password-reset',
        userId: 'kp_1',
        details: {},
        expiresAtMs: 10_000,
      },
    },
  ])
  await signingKeys.put({
    kid: 'key',
    algorithm: 'RS256',
    privateJwk: { kty: 'RSA' },
    createdAtMs: 1,
    activeFromMs: 1,
    retiredAtMs: null,
    removedAtMs: null,
  })
}

/** Everything that requests read, as one value. */
async function readAll({ directory, artifacts, oneTimeTokens, signingKeys, audit }: Store): Promise<unknown> {
  const page = { size: 10 }
  return {
    subject: await directory.tokenSubject('kp_1', 'org_1'),
    user: await directory.user('kp_1'),
    identities: await directory.identities('kp_1'),
    found: await directory.identity('email', identity.normalized),
    password: await directory.password('kp_1'),
    users: await directory.users(page),
    organization: await directory.organization('org_1'),
    organizations: await directory.organizationsOf('kp_1'),
    members: await directory.members('org_1', page),
    artifact: await artifacts.find('RefreshToken', hashOf('a')),
    link: await oneTimeTokens.peek('password-reset', hashOf('t'), 0),
    keys: (await signingKeys.all()).map(({ kid }) => kid),
    audit: await audit.list({ limit: 10 }),
  }
}

export function newerVersionContract(newDatabase: NewDatabase): void {
  describe('E9: a database that a newer version has extended', () => {
    test('is read and written by a store that was open meanwhile, and by one that is opened afterwards', async (t) => {
      const database = await newDatabase(t)
      const before = await database.open()
      await fill(before)
      const expected = await readAll(before)
      await extend(database)
      assert.deepEqual(await readAll(before), expected)
      const after = await database.open()
      assert.deepEqual(await readAll(after), expected)
      for (const [index, store] of [before, after].entries()) {
        await store.commit([
          { kind: 'update-user', userId: user.id, set: { firstName: `Ada ${String(index)}` } },
          { kind: 'count-sign-in', userId: 'kp_1', succeeded: true, atMs: index },
          {
            kind: 'append-audit',
            record: { atMs: 1, event: 'user.signed_up', userId: null, clientId: null, ip: null, details: {} },
          },
        ])
        store.invocations.append(anInvocation(`inv_${String(index)}`))
        await store.invocations.flush()
        assert.equal((await store.invocations.find(`inv_${String(index)}`))?.sequence, index + 1)
        assert.equal((await after.directory.user('kp_1'))?.totalSignIns, index + 1)
      }
    })

    test('reads an identity that an older version wrote without a connection', async (t) => {
      const database = await newDatabase(t)
      const { directory, commit } = await database.open()
      await commit([{ kind: 'add-user', user }])
      await database.execute(
        `insert into identities (id, user_id, type, value, normalized, is_verified, created_at_ms)
          values ('identity_1', 'kp_1', 'email', 'a@example.com', 'a@example.com', 1, 1)`,
      )
      assert.equal((await directory.identity('email', 'a@example.com'))?.connectionId, null)
    })

    test('keeps what this version does not know of a document, at any depth, when the document is rewritten', async (t) => {
      const database = await newDatabase(t)
      await fill(await database.open())
      await extend(database)
      const { directory, commit } = await database.open()
      const [stored] = (await directory.catalog()).applications
      assert.deepEqual(stored, application, 'what is not known is not handed on')
      const lifetimes = { ...application.lifetimes, session: 1 }
      await commit([
        { kind: 'put-application', application: { ...application, name: 'Renamed', lifetimes } },
        { kind: 'put-role', role: aRole('r1', { name: 'Renamed' }) },
      ])
      const renamed = (await directory.catalog()).applications[0]
      assert.deepEqual([renamed?.name, renamed?.lifetimes], ['Renamed', lifetimes])
      const dump = await database.dump()
      // As often as they were written: a file of SQLite may still hold what was replaced.
      for (const kept of [
        /"name":"Renamed".*"later":\[1\]/,
        /"later":60/,
        /"roles","later"/,
        /"later":\{"a":null\}/,
      ])
        assert.match(dump.replaceAll('\\"', '"'), kept)
    })
  })

  describe('E9: a document that cannot be read', () => {
    for (const [what, sql] of [
      ['is not JSON', `update applications set document = 'x' where id = 'app_1'`],
      [
        'has a member of another type',
        `update applications set document = replace(document, '"reg"', '7') where id = 'app_1'`,
      ],
    ] as const) {
      test(`that ${what} is left out and reported once; the others are there`, async (t) => {
        const database = await newDatabase(t)
        const first = await database.open()
        await first.commit([
          { kind: 'put-application', application },
          { kind: 'put-application', application: anApplication('app_2') },
        ])
        await database.execute(sql)
        const told: unknown[] = []
        const store = await openStore({
          location: database.location,
          masterKey: contractKey,
          log: (event, fields) => told.push([event, fields['table'], fields['row']]),
        })
        t.after(() => store.close())
        const ids = async () => (await store.directory.catalog()).applications.map(({ clientId }) => clientId)
        assert.deepEqual(await ids(), ['app_2'])
        await store.commit([{ kind: 'put-permission', permission: aPermission('p1') }])
        assert.deepEqual(await ids(), ['app_2'])
        assert.deepEqual(told, [['document_unreadable', 'applications', 'app_1']])
        await store.commit([{ kind: 'put-application', application }])
        assert.deepEqual(await ids(), ['app_1', 'app_2'])
      })
    }
  })
}
