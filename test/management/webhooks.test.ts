// Webhooks and events by the management API: what is stored and shown, which addresses and types are refused, and what can be asked for
// again. src/webhooks/webhooks.test.ts delivers; test/server/webhooks.test.ts does so with a whole server.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { eventTypes } from '../../src/store/index.ts'
import { openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })
after(() => assert.deepEqual(world.defects, []))

const errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })
const endpoint = 'https://hooks.example.com/mintage?key=hush'
const hook = { endpoint, event_types: ['user.created', 'customer.plan_created'], name: 'CRM' }

async function ok(request: string, body?: unknown): Promise<unknown> {
  const { status, json } = await world.call(request, body)
  assert.equal(status, 200, JSON.stringify(json))
  return json
}

async function refusal(request: string, body?: unknown) {
  const { status, json } = await world.call(request, body)
  return { status, errors: errors.parse(json).errors }
}

async function newWebhook(): Promise<string> {
  return z.object({ webhook: z.object({ id: z.string() }) }).parse(await ok('POST /webhooks', hook)).webhook
    .id
}

describe('a webhook', () => {
  test('is created, listed, updated and deleted, and its address stays out of the audit log', async () => {
    const id = await newWebhook()
    assert.match(id, /^webhook_[0-9a-f]{32}$/)
    const shown = async () =>
      z
        .object({ webhooks: z.array(z.looseObject({ id: z.string() })) })
        .parse(await ok('GET /webhooks'))
        .webhooks.find((one) => one.id === id)
    assert.partialDeepStrictEqual(await shown(), { id, ...hook, description: '' })
    await ok(`PATCH /webhooks/${id}`, { event_types: ['role.created', 'role.created'], description: 'Roles' })
    assert.partialDeepStrictEqual(await shown(), {
      name: 'CRM',
      endpoint,
      description: 'Roles',
      event_types: ['role.created'],
    })
    assert.equal((await refusal(`PATCH /webhooks/${id}`, { endpoint })).status, 400)
    await ok(`DELETE /webhooks/${id}`)
    assert.equal(await shown(), undefined)
    assert.partialDeepStrictEqual(await refusal(`DELETE /webhooks/${id}`), {
      status: 404,
      errors: [{ code: 'WEBHOOK_NOT_FOUND' }],
    })
    assert.doesNotMatch(JSON.stringify(await world.store.audit.list({ limit: 50 })), /hush/)
  })

  const refused: readonly (readonly [address: string, reason: RegExp])[] = [
    ['nonsense', /not a full address/],
    ['ftp://hooks.example.com', /only http and https/],
    ['http://hooks.example.com/', /not an https address/],
    ['https://ada:secret@hooks.example.com/', /user name or password/],
    ['https://hooks.example.com/#top', /fragment/],
    [`https://hooks.example.com/${'x'.repeat(2_048)}`, /longer than/],
    ['https://localhost/hook', /local network/],
    ['https://127.0.0.1/hook', /loopback/],
    ['https://10.0.0.7/hook', /private/],
    ['https://169.254.169.254/latest', /link-local|metadata/],
    ['https://[::1]/hook', /loopback/],
    ['https://hooks.example.com:5432/', /port 5432/],
  ]
  for (const [address, reason] of refused)
    test(`is refused at ${address.slice(0, 60)}`, async () => {
      const { status, errors: problems } = await refusal('POST /webhooks', { ...hook, endpoint: address })
      assert.deepEqual([status, problems[0]?.code], [400, 'INVALID_REQUEST'])
      assert.match(problems[0]?.message ?? '', /^endpoint: /)
      assert.match(problems[0]?.message ?? '', reason)
    })

  test('is refused for a type that does not exist, each of them named', async () => {
    const given = { ...hook, event_types: ['user.created', 'user.creatd', 'x'] }
    const { status, errors: problems } = await refusal('POST /webhooks', given)
    assert.equal(status, 400)
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        'event_types: “user.creatd” is not an event type; did you mean user.created?',
        'event_types: “x” is not an event type',
      ],
    )
  })

  test('is refused beyond the limit of their number', async () => {
    const { webhooks } = await world.store.directory.catalog()
    const ids = Array.from({ length: 50 - webhooks.length }, (_, index) => `webhook_${index}`)
    const about = { name: 'CRM', endpoint, description: null, eventTypes: ['user.created'], createdAtMs: 1 }
    await world.store.commit(ids.map((id) => ({ kind: 'put-webhook', webhook: { id, ...about } }) as const))
    assert.partialDeepStrictEqual(await refusal('POST /webhooks', hook), {
      status: 409,
      errors: [{ code: 'TOO_MANY_WEBHOOKS' }],
    })
    await world.store.commit(ids.map((webhookId) => ({ kind: 'delete-webhook', webhookId }) as const))
  })
})

describe('deliveries', () => {
  test('are listed by webhook and state, page by page, and are asked for again; a disabled webhook is resumed', async () => {
    const id = await newWebhook()
    const { store } = world
    const from = (await store.webhooks.queue(id))?.sequence ?? 0
    await ok('POST /user', { profile: { given_name: 'Grace' } })
    const delivery = (sequence: number) =>
      ({
        id: `msg_${sequence}`,
        webhookId: id,
        eventId: `event_${sequence}`,
        eventType: 'user.created',
        sequence,
        state: 'dead',
        attempts: 10,
        lastAtMs: 1,
        nextAtMs: null,
        status: 500,
        error: 'the receiver answered 500',
      }) as const
    const progress = { webhookId: id, from, to: from, failingSinceMs: 1, disabledAtMs: 2 }
    await store.webhooks.record({ ...progress, deliveries: [delivery(1), delivery(2)] })
    const list = async (query: string) =>
      z
        .object({ deliveries: z.array(z.looseObject({ id: z.string() })) })
        .parse(await ok(`GET /mintage/webhook_deliveries?webhook_id=${id}&${query}`))
        .deliveries.map((one) => one.id)
    assert.deepEqual(await list('state=dead'), ['msg_2', 'msg_1'])
    assert.deepEqual(await list('before=2'), ['msg_1'])
    assert.deepEqual(await list('state=waiting'), [])
    const state = async () =>
      z
        .object({ webhooks: z.array(z.looseObject({ id: z.string() })) })
        .parse(await ok('GET /mintage/webhooks'))
        .webhooks.find((one) => one.id === id)
    assert.partialDeepStrictEqual(await state(), {
      state: 'disabled',
      pending: 1,
      failing_since: '1970-01-01T00:00:00.001Z',
    })
    assert.partialDeepStrictEqual(await refusal('POST /mintage/webhook_deliveries/msg_1/redeliver'), {
      status: 409,
      errors: [{ code: 'WEBHOOK_DISABLED' }],
    })
    await ok(`POST /mintage/webhooks/${id}/resume`)
    assert.partialDeepStrictEqual(await state(), { state: 'enabled', disabled_on: null })
    assert.deepEqual(await list('state=waiting'), ['msg_2', 'msg_1'])
    await ok('POST /mintage/webhook_deliveries/msg_1/redeliver')
    const jobs = await store.jobs.list({ kind: 'webhook-delivery', limit: 9 })
    assert.deepEqual([jobs.length, jobs[0]?.dueAtMs], [1, 0])
    assert.equal((await refusal('POST /mintage/webhook_deliveries/msg_9/redeliver')).status, 404)
  })
})

describe('events', () => {
  test('are read back by their id', async () => {
    await ok('POST /organization', { name: 'Looms' })
    const [event] = (await world.store.events.list({ afterSequence: 0, limit: 1_000 })).slice(-1)
    assert.ok(event)
    const { type, source, id, atMs, data } = event
    const envelope = { code: 'OK', message: 'Success' }
    assert.deepEqual(await ok(`GET /events/${id}`), {
      ...envelope,
      event: { type, source, event_id: id, timestamp: atMs, data },
    })
    assert.partialDeepStrictEqual(await refusal('GET /events/event_none'), {
      status: 404,
      errors: [{ code: 'EVENT_NOT_FOUND' }],
    })
  })

  test('have types with schemas that describe their data, and those that are never sent say so', async () => {
    const answer = z.object({
      event_types: z.array(z.looseObject({ code: z.string(), schema: z.looseObject({}) })),
    })
    const { event_types: listed } = answer.parse(await ok('GET /event_types'))
    assert.equal(listed.length, 27)
    const sent = listed.filter(({ schema }) => schema['description'] === undefined).map(({ code }) => code)
    assert.deepEqual(sent.toSorted(), [...eventTypes].toSorted())
    const ajv = new Ajv2020({ strict: false })
    const schemaOf = new Map(listed.map(({ code, schema }) => [code, ajv.compile(schema)]))
    const member = { roles: ['admin'], permissions: ['extra'], id: 'kp_bob' }
    await ok('POST /organizations/org_weaving/users', { users: [member] })
    const events = await world.store.events.list({ afterSequence: 0, limit: 1_000 })
    assert.ok(events.length > 5)
    for (const { type, data } of events)
      assert.ok(schemaOf.get(type)?.(data), `${type}: ${JSON.stringify(schemaOf.get(type)?.errors)}`)
  })
})
