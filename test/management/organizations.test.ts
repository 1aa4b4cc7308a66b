// Organizations through the management API: what is set is what is read back, and what cannot be is refused by name.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { call, store } = world

async function ok(request: string, body?: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call(request, body)
  assert.equal(status, 200, `${request}: ${JSON.stringify(json)}`)
  return z.record(z.string(), z.unknown()).parse(json)
}

const errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

async function refusal(request: string, body?: unknown): Promise<[status: number, text: string]> {
  const { status, json } = await call(request, body)
  return [
    status,
    errors
      .parse(json)
      .errors.map(({ code, message }) => `${code}: ${message}`)
      .join('\n'),
  ]
}

const organization = () => ok('GET /organization?code=org_weaving')

describe('PATCH /organization/{org_code}', () => {
  test('changes the given fields and leaves the others', async () => {
    await ok('PATCH /organization/org_weaving', {
      name: ' Weavers ',
      external_id: 'w-1',
      handle: 'weave',
      is_auto_membership_enabled: true,
    })
    const expected = {
      name: 'Weavers',
      external_id: 'w-1',
      handle: 'weave',
      is_auto_membership_enabled: true,
    }
    assert.partialDeepStrictEqual(await organization(), expected)
    await ok('PATCH /organization/org_weaving', { name: 'Weaving' })
    assert.partialDeepStrictEqual(await organization(), { ...expected, name: 'Weaving' })
    const [record] = await store.audit.list({ event: 'management.updateOrganization', limit: 1 })
    assert.deepEqual(record?.details, {
      org_code: 'org_weaving',
      before: { name: 'Weavers' },
      after: { name: 'Weaving' },
    })
  })

  test('refuses a name that is not one, and an unknown organization', async () => {
    assert.match((await refusal('PATCH /organization/org_weaving', { name: ' ' }))[1], /body\.name/)
    assert.match(
      (await refusal('PATCH /organization/org_none', { name: 'X' })).join(' '),
      /^404 ORGANIZATION_NOT_FOUND/,
    )
  })
})

test('DELETE /organization/{org_code}/handle removes the handle, also a second time', async () => {
  await ok('PATCH /organization/org_weaving', { handle: 'weave' })
  for (let time = 0; time < 2; time++) {
    await ok('DELETE /organization/org_weaving/handle')
    assert.equal((await organization())['handle'], null)
  }
})

test('PUT /organizations/{org_code}/properties/{property_key} sets one value and refuses an unknown property', async () => {
  await ok('PUT /organizations/org_weaving/properties/industry?value=textiles')
  assert.deepEqual(await store.directory.propertyValues({ context: 'org', id: 'org_weaving' }), {
    industry: 'textiles',
  })
  const path = '/organizations/org_weaving/properties'
  assert.match((await refusal(`PUT ${path}/plan?value=x`))[1], /^PROPERTY_NOT_FOUND/)
  assert.match((await refusal(`PUT ${path}/industry`))[1], /^INVALID_REQUEST: value/)
})

describe('feature flags of an organization', () => {
  const path = '/organizations/org_weaving/feature_flags'
  const flags = async () => (await ok(`GET ${path}`))['feature_flags']

  test('are set as text of the type of the flag, and read back as text', async () => {
    await ok(`PATCH ${path}/theme?value=pink`)
    await ok(`PATCH ${path}/limit?value=-7`)
    assert.deepEqual(await flags(), {
      limit: { type: 'int', value: '-7' },
      theme: { type: 'str', value: 'pink' },
    })
    assert.deepEqual(await store.directory.flagOverrides({ context: 'org', id: 'org_weaving' }), {
      limit: -7,
      theme: 'pink',
    })
    await ok(`DELETE ${path}/limit`)
    await ok(`DELETE ${path}/limit`)
    assert.deepEqual(await flags(), { theme: { type: 'str', value: 'pink' } })
    await ok(`DELETE ${path}`)
    assert.deepEqual(await flags(), {})
  })

  test('are refused when the value has another type, the flag is unknown or its level does not allow it', async () => {
    for (const value of ['7.5', '2147483648', 'seven', '1e3'])
      assert.match(
        (await refusal(`PATCH ${path}/limit?value=${value}`))[1],
        /^INVALID_REQUEST: value: expected an integer/,
      )
    assert.match((await refusal(`PATCH ${path}/beta?value=true`))[1], /allow_override_level env/)
    for (const method of ['PATCH', 'DELETE'])
      assert.match((await refusal(`${method} ${path}/none?value=x`)).join(' '), /^404 FEATURE_FLAG_NOT_FOUND/)
  })
})

test('answers that a member has no second factor, and removes nothing', async () => {
  const path = '/organizations/org_engines/users/kp_ada/mfa'
  assert.equal((await ok(`GET ${path}`))['mfa'], null)
  await ok(`DELETE ${path}`)
  assert.match((await refusal(`DELETE ${path}/mfa_1`)).join(' '), /^404 FACTOR_NOT_FOUND/)
  assert.match(
    (await refusal('GET /organizations/org_engines/users/kp_bob/mfa')).join(' '),
    /^404 MEMBERSHIP_NOT_FOUND/,
  )
})
