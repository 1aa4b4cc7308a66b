// Feature flags on every level, and what else the management API says of the environment. Every answer is the one that its operation
// declares; what a token carries of it is in test/server/postgres.test.ts.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const envelope = { code: 'OK', message: 'Success' }

async function answer(request: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.call(request, body)
  return [status, json]
}

async function refusal(request: string, body?: unknown): Promise<string> {
  const { status, json } = await world.call(request, body)
  return `${String(status)} ${JSON.stringify(json)}`
}

async function create(key: string, more: object): Promise<void> {
  const given = { name: `The ${key}`, key, ...more }
  assert.deepEqual(await answer('POST /feature_flags', given), [201, envelope])
}

async function values(path: string): Promise<unknown> {
  const { json } = await world.call(`GET ${path}/feature_flags`)
  return Object(json).feature_flags
}

describe('feature flags', () => {
  test('are created with a default of their type, and listed as text for the environment', async () => {
    await create('colour', { type: 'str', default_value: 'grey', description: 'A colour' })
    await create('seats', { type: 'int', default_value: '10', allow_override_level: 'org' })
    await create('trial', { type: 'bool', default_value: 'false', allow_override_level: 'env' })
    assert.deepEqual(await answer('GET /environment/feature_flags'), [
      200,
      {
        ...envelope,
        feature_flags: {
          beta: { type: 'bool', value: 'false' },
          limit: { type: 'int', value: '1' },
          theme: { type: 'str', value: 'blue' },
          colour: { type: 'str', value: 'grey' },
          seats: { type: 'int', value: '10' },
          trial: { type: 'bool', value: 'false' },
        },
        next_token: null,
      },
    ])
    const { featureFlags } = await world.store.directory.catalog()
    const stored = featureFlags.map(({ key, defaultValue, allowOverrideLevel, description }) => [
      key,
      [defaultValue, allowOverrideLevel, description],
    ])
    assert.partialDeepStrictEqual(Object.fromEntries(stored), {
      colour: ['grey', 'usr', 'A colour'],
      seats: [10, 'org', null],
      trial: [false, 'env', null],
    })
  })

  test('have values in the environment, an organization and a user, which can be taken away', async () => {
    assert.deepEqual(await answer('PATCH /environment/feature_flags/seats', { value: '20' }), [200, envelope])
    assert.deepEqual(await answer('PATCH /environment/feature_flags/trial', { value: 'true' }), [
      200,
      envelope,
    ])
    assert.partialDeepStrictEqual(await values('/environment'), {
      seats: { type: 'int', value: '20' },
      trial: { type: 'bool', value: 'true' },
    })
    const engines = '/organizations/org_engines'
    for (const [key, value] of [
      ['colour', 'pink'],
      ['seats', '-5'],
    ])
      assert.deepEqual(await answer(`PATCH ${engines}/feature_flags/${key}?value=${value}`), [200, envelope])
    assert.deepEqual(await values(engines), {
      seats: { type: 'int', value: '-5' },
      colour: { type: 'str', value: 'pink' },
    })
    assert.deepEqual(await values('/organizations/org_weaving'), {})
    assert.deepEqual(await answer('PATCH /users/kp_ada/feature_flags/colour?value=violet'), [200, envelope])
    const ofAda = { context: 'usr', id: 'kp_ada' } as const
    assert.deepEqual(await world.store.directory.flagOverrides(ofAda), { colour: 'violet' })

    // Taking away what is not there changes nothing, so a request may come twice.
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await answer(`DELETE ${engines}/feature_flags/colour`), [200, envelope])
      assert.deepEqual(await answer('DELETE /environment/feature_flags/trial'), [200, envelope])
    }
    assert.deepEqual(Object.keys(Object(await values(engines))), ['seats'])
    assert.partialDeepStrictEqual(await values('/environment'), { trial: { value: 'false' } })
    assert.deepEqual(await answer(`DELETE ${engines}/feature_flags`), [200, envelope])
    assert.deepEqual(await answer('DELETE /environment/feature_flags'), [200, envelope])
    assert.deepEqual(await values(engines), {})
    assert.partialDeepStrictEqual(await values('/environment'), { seats: { value: '10' } })
  })

  const query = (more: string) => `name=N&description=D&allow_override_level=usr&${more}`

  test('are replaced: the value of the environment stays when it fits the new type', async () => {
    await answer('PATCH /environment/feature_flags/seats', { value: '20' })
    const replace = (more: string) => answer(`PUT /feature_flags/seats?${query(more)}`)
    assert.deepEqual(await replace('type=int&default_value=1'), [200, envelope])
    assert.partialDeepStrictEqual(await values('/environment'), { seats: { type: 'int', value: '20' } })
    assert.deepEqual(await replace('type=str&default_value=few'), [200, envelope])
    assert.partialDeepStrictEqual(await values('/environment'), { seats: { type: 'str', value: 'few' } })
  })

  test('are deleted with the values that users and organizations have of them', async () => {
    assert.deepEqual(await answer('DELETE /feature_flags/colour'), [200, envelope])
    assert.deepEqual(await world.store.directory.flagOverrides({ context: 'usr', id: 'kp_ada' }), {})
    assert.match(await refusal('DELETE /feature_flags/colour'), /^404 .*FEATURE_FLAG_NOT_FOUND/)
  })

  const flag = { name: 'A', key: 'a', type: 'int', default_value: '1' }
  const rows: readonly (readonly [request: string, body: object | undefined, said: RegExp])[] = [
    [
      'POST /feature_flags',
      { ...flag, default_value: 'one' },
      /^400 .*body.default_value: expected an integer/,
    ],
    ['POST /feature_flags', { ...flag, default_value: '2147483648' }, /^400 .*integer of 32 bits/],
    ['POST /feature_flags', { ...flag, type: 'bool' }, /^400 .*true or false/],
    ['POST /feature_flags', { ...flag, type: 'json' }, /^400 .*body.type/],
    ['POST /feature_flags', { ...flag, key: 'a b' }, /^400 .*body.key/],
    ['POST /feature_flags', { ...flag, key: 'trial' }, /^409 .*ALREADY_EXISTS/],
    ['PUT /feature_flags/trial?name=N', undefined, /^400 .*description.*type.*default_value/],
    ['PATCH /environment/feature_flags/trial', { value: true }, /^400 .*body.value/],
    ['PATCH /environment/feature_flags/trial', { value: 'yes' }, /^400 .*body.value: expected true or false/],
    ['PATCH /environment/feature_flags/none', { value: 'yes' }, /^404 .*FEATURE_FLAG_NOT_FOUND/],
    [
      'PATCH /organizations/org_engines/feature_flags/trial?value=true',
      undefined,
      /^400 .*allow_override_level env/,
    ],
    [
      'PATCH /organizations/org_none/feature_flags/trial?value=true',
      undefined,
      /^404 .*ORGANIZATION_NOT_FOUND/,
    ],
    ['PATCH /users/kp_ada/feature_flags/trial?value=true', undefined, /^400 .*allow_override_level env/],
    ['PATCH /users/kp_ada/feature_flags/seats', undefined, /^400 .*value/],
    ['PATCH /users/kp_none/feature_flags/seats?value=1', undefined, /^404 .*USER_NOT_FOUND/],
  ]
  for (const [request, body, said] of rows) {
    test(`refuses ${request} ${JSON.stringify(body ?? '')}`, async () => {
      assert.match(await refusal(request, body), said)
    })
  }
})

test('tells the environment, which is live and looks as the pages do', async () => {
  const { status, json } = await world.call('GET /environment')
  assert.equal(status, 200)
  assert.partialDeepStrictEqual(json, {
    ...envelope,
    environment: { code: 'default', is_default: true, is_live: true, kinde_domain: 'id.example.com' },
  })
})

describe('a user', () => {
  test('gets the value of one property', async () => {
    assert.deepEqual(await answer('PUT /users/kp_bob/properties/plan?value=gold'), [200, envelope])
    const values = await world.store.directory.propertyValues({ context: 'usr', id: 'kp_bob' })
    assert.deepEqual(values, { plan: 'gold' })
    assert.match(await refusal('PUT /users/kp_bob/properties/none?value=1'), /^400 .*PROPERTY_NOT_FOUND/)
    assert.match(await refusal('PUT /users/kp_bob/properties/industry?value=1'), /^400 .*PROPERTY_NOT_FOUND/)
    assert.match(await refusal('PUT /users/kp_bob/properties/plan'), /^400 .*value/)
  })

  test('has no second factor to reset', async () => {
    assert.deepEqual(await answer('DELETE /users/kp_bob/mfa'), [200, envelope])
    assert.match(await refusal('DELETE /users/kp_bob/mfa/mfa_1'), /^404 .*FACTOR_NOT_FOUND/)
    assert.match(await refusal('DELETE /users/kp_none/mfa/mfa_1'), /^404 .*USER_NOT_FOUND/)
  })
})
