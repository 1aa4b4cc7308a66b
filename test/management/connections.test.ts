// The management API gives a new user's identities their connection, and names the connection of each.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openManagementWorld } from '../harness/management-world.ts'

const byEmail = {
  id: 'conn_email',
  name: 'email:password',
  displayName: 'Email and password',
  kind: 'password',
  strategy: 'email:password',
  isEnabled: true,
} as const

test('gives identities the password connection of their type, and null while it does not exist', async (t) => {
  const { call, store } = await openManagementWorld(t)
  await store.commit([{ kind: 'put-connection', connection: byEmail }])
  const created = await call('POST /user', {
    identities: [
      { type: 'email', details: { email: 'nina@example.com' } },
      { type: 'username', details: { username: 'nina' } },
    ],
  })
  assert.equal(created.status, 200)
  const stored = [
    await store.directory.identity('email', 'nina@example.com'),
    await store.directory.identity('username', 'nina'),
  ]
  assert.deepEqual(
    stored.map((identity) => identity?.connectionId),
    ['conn_email', null],
  )
  const connectionIds = async () => {
    const { json } = await call('GET /users?email=nina@example.com&expand=identities')
    // The two were made at the same moment, so either may come first.
    return [...JSON.stringify(json).matchAll(/"connection_id":("\w+"|null)/g)]
      .map(([, id = '']) => id)
      .toSorted((a, b) => (a < b ? -1 : 1))
  }
  assert.deepEqual(await connectionIds(), ['"conn_email"', 'null'])
  await store.commit([
    { kind: 'put-connection', connection: { ...byEmail, isEnabled: false } },
    {
      kind: 'put-connection',
      connection: { ...byEmail, id: 'conn_username', strategy: 'username:password' },
    },
  ])
  assert.deepEqual(await connectionIds(), ['"conn_email"', '"conn_username"'], 'switched on or off')
})
