// Properties, their categories, subscribers, the business behind the environment and its policy for second factors, over a real socket and database.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { asked } from '../harness/asked.ts'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))
const { directory } = world.store

const { ok, refused } = asked(world.call)

const withId = z.object({ id: z.string() })
const idOf = (answer: Record<string, unknown>, name: string) => withId.parse(answer[name]).id
const newCategory = async (name: string, context: string) =>
  idOf(await ok('POST /property_categories', { name, context }), 'category')

const billing = await newCategory('Billing', 'usr')
const ofOrganization = await newCategory('Billing', 'org')
const ofApplication = await newCategory('Settings', 'app')

const property = (key: string, more: object = {}) => ({
  key,
  name: key,
  type: 'single_line_text',
  context: 'usr',
  is_private: false,
  category_id: billing,
  ...more,
})

describe('a property', () => {
  test('is created in a category of its context, shown, changed and deleted', async () => {
    const id = idOf(await ok('POST /properties', property('size', { description: 'Of shoes' })), 'property')
    const shown = async () =>
      z
        .array(z.looseObject({ id: z.string() }))
        .parse((await ok('GET /properties?context=usr&page_size=500'))['properties'])
        .find((one) => one.id === id)
    assert.deepEqual(await shown(), {
      id,
      key: 'size',
      name: 'size',
      is_private: false,
      description: 'Of shoes',
      is_kinde_property: false,
    })
    await ok(`PUT /properties/${id}`, { name: 'Size', is_private: true, category_id: billing })
    assert.deepEqual([(await shown())?.['name'], (await shown())?.['description']], ['Size', 'Of shoes'])
    await ok(`DELETE /properties/${id}`)
    assert.equal(await shown(), undefined)
    assert.match(await refused(`DELETE /properties/${id}`), /^404 PROPERTY_ID_NOT_FOUND/)
  })

  test('refuses a category of another context, an unknown one, and a key that its context has', async () => {
    for (const category_id of [ofOrganization, 'category_none', 'prop_plan'])
      assert.match(
        await refused('POST /properties', property('other', { category_id })),
        /^404 PROPERTY_CATEGORY_NOT_FOUND: category_id: /,
      )
    assert.match(await refused('POST /properties', property('plan')), /^409 ALREADY_EXISTS/)
    await ok('POST /properties', property('plan', { context: 'org', category_id: ofOrganization }))
  })

  test('takes its values and its place in tokens along: one of the same key begins with nothing', async () => {
    const create = async () =>
      idOf(
        await ok('POST /properties', property('tier', { context: 'app', category_id: ofApplication })),
        'property',
      )
    const id = await create()
    const machine = async () =>
      (await directory.catalog()).applications.find(({ clientId }) => clientId === 'machine')
    const before = await machine()
    assert.ok(before)
    await world.store.commit([
      {
        kind: 'put-application',
        application: {
          ...before,
          properties: { ...before.properties, tier: 'gold' },
          customization: { ...before.customization, properties: ['tier', 'region'] },
        },
      },
    ])
    await ok(`DELETE /properties/${id}`)
    const after = await machine()
    assert.deepEqual([after?.properties, after?.customization.properties], [before.properties, ['region']])
    assert.equal(after?.clientSecret, before.clientSecret)

    const usr = idOf(await ok('POST /properties', property('mood')), 'property')
    await ok('PATCH /users/kp_ada/properties', { properties: { mood: 'fine' } })
    await ok(`DELETE /properties/${usr}`)
    await ok('POST /properties', property('mood'))
    assert.deepEqual(await directory.propertyValues({ context: 'usr', id: 'kp_ada' }), { plan: 'premium' })
  })

  test('is paged by id in both directions', async () => {
    const page = z.object({ properties: z.array(withId), has_more: z.boolean() })
    const ids = (answer: unknown) => page.parse(answer).properties.map(({ id }) => id)
    const all = ids(await ok('GET /properties?page_size=500'))
    const second = await ok(`GET /properties?page_size=1&starting_after=${String(all[0])}`)
    assert.deepEqual([ids(second), page.parse(second).has_more], [[all[1]], true])
    assert.deepEqual(ids(await ok(`GET /properties?ending_before=${String(all[1])}`)), [all[0]])
  })
})

test('a category is listed by its context and renamed', async () => {
  await ok(`PUT /property_categories/${billing}`, { name: 'Money' })
  const listed = await ok('GET /property_categories?context=usr')
  assert.deepEqual(listed['categories'], [{ id: billing, name: 'Money' }])
  assert.match(
    await refused('PUT /property_categories/category_none', { name: 'x' }),
    /^404 PROPERTY_CATEGORY_NOT_FOUND/,
  )
})

describe('the business', () => {
  test('keeps what it is given, in the fields and in the branding of the environment', async () => {
    const { industries } = z
      .object({ industries: z.array(z.object({ key: z.string(), name: z.string() })) })
      .parse(await ok('GET /industries'))
    assert.ok(industries.some(({ key }) => key === 'administration_office_support'))
    assert.equal(new Set(industries.map(({ key }) => key)).size, industries.length)
    await ok('PATCH /business', {
      business_name: 'Engines',
      email: 'office@example.com',
      phone: '+44 20 7946 0000',
      industry_key: industries[0]?.key,
      timezone_key: 'Europe/London',
      privacy_url: 'https://example.com/privacy',
      terms_url: 'https://example.com/terms',
      is_show_kinde_branding: false,
    })
    assert.deepEqual((await ok('GET /business'))['business'], {
      code: 'default',
      name: 'Engines',
      phone: '+44 20 7946 0000',
      email: 'office@example.com',
      industry: industries[0]?.key,
      timezone: 'Europe/London',
      privacy_url: 'https://example.com/privacy',
      terms_url: 'https://example.com/terms',
      has_clickwrap: false,
      has_kinde_branding: false,
    })
    const [look] = await world.store.branding.brandings([{ kind: 'environment' }])
    assert.equal(look?.branding.businessName, 'Engines')
    await ok('PATCH /business', { email: null, privacy_url: null })
    const business = z.record(z.string(), z.unknown()).parse((await ok('GET /business'))['business'])
    assert.deepEqual(
      [business['email'], business['privacy_url'], business['phone']],
      [null, null, '+44 20 7946 0000'],
    )
  })

  test('refuses unknown keys of lists, addresses that a page may not link to, and what Mintage does not have', async () => {
    assert.match(
      await refused('PATCH /business', { industry_key: 'x' }),
      /^400 INVALID_REQUEST: industry_key: /,
    )
    assert.match(
      await refused('PATCH /business', { timezone_key: 'x' }),
      /^400 INVALID_REQUEST: timezone_key: /,
    )
    assert.match(
      await refused('PATCH /business', { terms_url: 'http://example.com' }),
      /^400 INVALID_REQUEST: body\.terms_url: expected https/,
    )
    assert.match(
      await refused('PATCH /business', { is_click_wrap: true }),
      /^400 NOT_SUPPORTED: "is_click_wrap"/,
    )
  })
})

test('the policy for second factors is kept, but never required while Mintage has none', async () => {
  await ok('PUT /mfa', { policy: 'optional', enabled_factors: ['mfa:email', 'mfa:sms'] })
  const { environmentSettings } = await directory.catalog()
  assert.deepEqual(environmentSettings[0]?.mfa, {
    policy: 'optional',
    enabledFactors: ['mfa:email', 'mfa:sms'],
    isRecoveryCodesEnabled: true,
  })
  assert.match(
    await refused('PUT /mfa', { policy: 'required', enabled_factors: ['mfa:email'] }),
    /^400 NOT_SUPPORTED: policy: Mintage has no second factors/,
  )
  assert.equal((await directory.catalog()).environmentSettings[0]?.mfa.policy, 'optional')
})

describe('subscribers', () => {
  const subscribe = async (first: string, last: string, email: string) =>
    z
      .object({ subscriber: z.object({ subscriber_id: z.string() }) })
      .parse(await ok(`POST /subscribers?first_name=${first}&last_name=${last}&email=${email}`)).subscriber
      .subscriber_id
  const page = z.object({
    subscribers: z.array(z.object({ email: z.string() })),
    next_token: z.string().nullable(),
  })

  test('are created, shown, and listed by name and address, page by page', async () => {
    const id = await subscribe('Mary', 'Shelley', 'a@example.com')
    await subscribe('Ada', 'Byron', 'c@example.com')
    await subscribe('Ada', 'Byron', 'b@example.com')
    assert.deepEqual((await ok(`GET /subscribers/${id}`))['subscribers'], [
      { id, preferred_email: 'a@example.com', first_name: 'Mary', last_name: 'Shelley' },
    ])
    for (const [sort, emails] of [
      ['email_asc', ['a@example.com', 'b@example.com', 'c@example.com']],
      ['email_desc', ['c@example.com', 'b@example.com', 'a@example.com']],
    ] as const) {
      const seen: string[] = []
      let token: string | null = ''
      while (token !== null) {
        const listed = page.parse(await ok(`GET /subscribers?page_size=2&sort=${sort}&next_token=${token}`))
        seen.push(...listed.subscribers.map(({ email }) => email))
        token = listed.next_token
      }
      assert.deepEqual(seen, emails)
    }
    const byName = page.parse(await ok('GET /subscribers?page_size=1'))
    const rest = page.parse(await ok(`GET /subscribers?next_token=${String(byName.next_token)}`))
    assert.deepEqual([rest.subscribers.length, rest.subscribers.at(-1)?.email], [2, 'a@example.com'])
  })

  test('are refused without an address, and a token of another list is refused', async () => {
    assert.match(
      await refused('POST /subscribers?first_name=a&last_name=b&email=c'),
      /^400 INVALID_REQUEST: email/,
    )
    assert.match(await refused('GET /subscribers/kp_ada'), /^404 SUBSCRIBER_NOT_FOUND/)
    assert.match(await refused('GET /subscribers?next_token=kp_ada'), /^400 INVALID_REQUEST: next_token/)
  })
})
