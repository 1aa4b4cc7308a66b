// What users sign in with, as an operator reads and changes it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const envelope = { code: 'OK', message: 'Success' }
const created = z.looseObject({ identity: z.strictObject({ id: z.string() }) })

async function answer(request: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.call(request, body)
  assert.ok(status < 300, `${request}: ${JSON.stringify(json)}`)
  return json
}

async function refusal(request: string, body?: unknown): Promise<string> {
  const { status, json } = await world.call(request, body)
  return `${String(status)} ${JSON.stringify(json)}`
}

async function add(userId: string, type: string, value: string): Promise<string> {
  return created.parse(await answer(`POST /users/${userId}/identities`, { type, value })).identity.id
}

const ofAda = {
  id: 'identity_1',
  type: 'email',
  is_confirmed: true,
  created_on: '2026-01-02T03:04:05.000Z',
  last_login_on: null,
  total_logins: 0,
  name: 'Ada@example.com',
  email: 'Ada@example.com',
  connection_id: null,
  is_primary: true,
}

test('GET /users/{user_id}/identities and /identities/{identity_id} tell the same of an identity', async () => {
  const username = { ...ofAda, id: 'identity_2', type: 'username', name: 'ada', email: null }
  assert.deepEqual(await answer('GET /users/kp_ada/identities'), {
    ...envelope,
    identities: [ofAda, username],
    has_more: false,
  })
  assert.deepEqual(await answer('GET /identities/identity_1'), ofAda)
  assert.partialDeepStrictEqual(await answer('GET /users/kp_ada/identities?starting_after=identity_1'), {
    identities: [{ id: 'identity_2' }],
  })
  assert.match(await refusal('GET /identities/identity_none'), /^404 .*IDENTITY_NOT_FOUND/)
  assert.match(await refusal('GET /users/kp_none/identities'), /^404 .*USER_NOT_FOUND/)
})

test('an address that is added is not verified, signs in, and can become the preferred one', async () => {
  const id = await add('kp_ada', 'email', 'countess@example.com')
  assert.partialDeepStrictEqual(await answer(`GET /identities/${id}`), {
    is_confirmed: false,
    is_primary: false,
  })
  assert.partialDeepStrictEqual(await answer('GET /users?email=COUNTESS@example.com'), {
    users: [{ id: 'kp_ada' }],
  })
  for (let time = 0; time < 2; time++) await answer(`PATCH /identities/${id}`, { is_primary: true })
  assert.partialDeepStrictEqual(await answer('GET /user?id=kp_ada'), {
    preferred_email: 'countess@example.com',
  })
  assert.partialDeepStrictEqual(await answer('GET /identities/identity_1'), { is_primary: false })
  assert.match(await refusal(`PATCH /identities/${id}`, { is_primary: false }), /^400 .*body.is_primary/)

  // Gone, the next address takes its place.
  assert.deepEqual(await answer(`DELETE /identities/${id}`), envelope)
  assert.partialDeepStrictEqual(await answer('GET /user?id=kp_ada'), { preferred_email: 'Ada@example.com' })
  assert.match(await refusal(`DELETE /identities/${id}`), /^404/)
})

test('the primary username and phone number of a user are the ones that answers show', async () => {
  const first = await add('kp_bob', 'phone', '+44 7700 900001')
  const second = await add('kp_bob', 'phone', '+447700900002')
  const shown = async () => Object(await answer('GET /user?id=kp_bob')).phone
  await answer(`PATCH /identities/${second}`, { is_primary: true })
  assert.equal(await shown(), '+447700900002')
  await answer(`PATCH /identities/${first}`, { is_primary: true })
  assert.equal(await shown(), '+44 7700 900001')
  const { json } = await world.call('GET /users/kp_bob/identities')
  const phones = Object(json).identities.filter((one: { type: string }) => one.type === 'phone')
  assert.deepEqual(
    phones.map((one: { id: string; is_primary: boolean }) => [one.id === first, one.is_primary]).toSorted(),
    [
      [false, false],
      [true, true],
    ],
  )
})

test('the first address of a user without one becomes the preferred one, and the last may go', async () => {
  const { id } = z
    .looseObject({ id: z.string() })
    .parse(await answer('POST /user', { profile: { given_name: 'Grace' } }))
  const identity = await add(id, 'email', 'grace@example.com')
  assert.partialDeepStrictEqual(await answer(`GET /user?id=${id}`), { preferred_email: 'grace@example.com' })
  await answer(`DELETE /identities/${identity}`)
  assert.partialDeepStrictEqual(await answer(`GET /user?id=${id}`), { preferred_email: null })
})

for (const [body, said] of [
  [{ type: 'social', value: 'x', connection_id: 'conn_1' }, /^400 .*NOT_SUPPORTED.*connection_id/],
  [{ type: 'social', value: 'x' }, /^400 .*NOT_SUPPORTED.*social/],
  [{ type: 'enterprise', value: 'x' }, /^400 .*NOT_SUPPORTED.*enterprise/],
  [{ type: 'email', value: 'bob@example.com' }, /^409 .*ALREADY_EXISTS/],
  [{ type: 'email', value: 'no address' }, /^400 .*body.value/],
  [{ type: 'phone', value: '0123', phone_country_id: 'gb' }, /^400 .*body.value/],
  [{ type: 'username' }, /^400 .*body.value/],
  [{ value: 'ada@example.com' }, /^400 .*body.type/],
] as const) {
  test(`POST /users/{user_id}/identities refuses ${JSON.stringify(body)}`, async () => {
    assert.match(await refusal('POST /users/kp_ada/identities', body), said)
  })
}
