// Every operation that Mintage serves, asked over a socket by Kinde's own client (@kinde/management-api-js, unmodified) with requests that are
// made from Kinde's published schemas: it is accepted, and its answer fits the schema. Then the same request with each field of a wrong type,
// with a field that does not exist, and with ids of another kind: it is refused, and the field is named.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as kinde from '@kinde/management-api-js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import type { Operation } from '../../src/management/operation.ts'
import { operations } from '../../src/management/operations.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { machine, machineToken, managementProject } from '../harness/management-project.ts'
import { startCommand } from '../harness/serving-command.ts'
import { kindeContract, type KindeOperation } from './contract/kinde-contract.ts'
import type { SampleRequest } from './contract/sample-records.ts'
import { sampleRequests } from './contract/sample-requests.ts'

const served = operations.filter(({ path }) => !path.startsWith('/mintage/'))
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })

const clientMethods = new Map(
  Object.values(kinde)
    .filter((service) => typeof service === 'function')
    .flatMap((service) =>
      Object.getOwnPropertyNames(service).flatMap((name) => {
        const method: unknown = Reflect.get(service, name)
        return typeof method === 'function'
          ? [
              [
                name.toLowerCase(),
                (given: object) => Reflect.apply(method, service, [given]) as unknown,
              ] as const,
            ]
          : []
      }),
    ),
)

let issuer = ''
let token = ''

const dir = await managementProject(
  { after },
  {
    extra: 'billing: { plans: { pro: { features: { seats: { max: 20, unitAmount: 500 }, calls: {} } } } }\n',
  },
)
const command = startCommand({ after }, ['start', '--port', '0', '--project', dir], { cwd: dir })

before(async () => {
  ;[, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready/m)
  token = await machineToken(issuer)
  kinde.init({ kindeDomain: issuer, clientId: machine.id, clientSecret: machine.secret })
})

async function ask(operation: string, { path, query, body }: SampleRequest) {
  const [method = '', template = ''] = operation.split(' ')
  const named = template.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ''),
  )
  const url = new URL(`${issuer}/api/v1${named}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  const isJson = kindeContract[operation]?.bodyType === undefined
  const response = await fetch(url, {
    method: method.toUpperCase(),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && isJson && { 'content-type': 'application/json' }),
    },
    ...(body && { body: isJson ? JSON.stringify(body) : formOf(body) }),
  })
  const text = await response.text()
  const json: unknown = text === '' ? {} : JSON.parse(text)
  return { status: response.status, json: z.looseObject({}).parse(json) }
}

function formOf(body: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body))
    form.set(name, value instanceof Blob ? value : String(value))
  return form
}

const arrived = Promise.withResolvers<string>()
const receiver = await startHttpServer({ after }, ({ body }) => {
  const [, payload = ''] = body.split('.')
  const event: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  arrived.resolve(String(Object(event).event_id))
  return { status: 200 }
})

const samples = sampleRequests(
  async (operation, request) => {
    const { status, json } = await ask(operation, request)
    assert.ok(status < 300, `${operation}: ${status} ${JSON.stringify(json)}`)
    return json
  },
  (operation) => served.find((one) => keyOf(one) === operation)?.notSupported ?? [],
  { endpoint: `${receiver.origin}/hook`, eventId: arrived.promise },
)

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`
}

describe('a request made from the schema', () => {
  for (const operation of served) {
    const key = keyOf(operation)
    test(`${key} is accepted, and its answer fits`, async () => {
      const facts = kindeContract[key]
      assert.ok(facts)
      const request = await samples.requestFor(key, facts)
      if (key.endsWith('{factor_id}')) {
        // There is no second factor yet that it could find.
        assert.equal((await ask(key, request)).status, 404)
        return
      }
      const answer = (await byClient(facts, request)) ?? (await accepted(key, facts, request))
      const validate = ajv.compile(withNull(facts.answer ?? {}))
      assert.ok(validate(answer), `${JSON.stringify(validate.errors)}\n${JSON.stringify(answer)}`)
    })
  }
})

describe('a request that is wrong', () => {
  for (const operation of served) {
    const key = keyOf(operation)
    const facts = kindeContract[key]
    if (facts === undefined) continue
    const wrong = [...wrongBodies(operation, facts), ...wrongQueries(operation, facts)]
    if (wrong.length === 0) continue
    test(`${key} refuses ${wrong.map(({ name }) => name).join(', ')} and names it`, async () => {
      const request = await samples.requestFor(key, facts)
      for (const { name, change } of wrong) {
        const { status, json } = await ask(key, change(request))
        assert.equal(status, 400, `${name}: ${JSON.stringify(json)}`)
        assert.ok(JSON.stringify(json).includes(name), `${name}: ${JSON.stringify(json)}`)
      }
      // Nothing of it happened: the request itself is still accepted.
      const { status, json } = await ask(key, request)
      assert.ok(status < 300, JSON.stringify(json))
    })
  }
})

describe('an id of another kind', () => {
  for (const { method, path } of served.filter(({ path: template }) => template.includes('{'))) {
    const key = `${method} ${path}`
    test(`${key} does not find it`, async () => {
      const facts = kindeContract[key]
      assert.ok(facts)
      const request = await samples.requestFor(key, facts)
      for (const name of Object.keys(request.path)) {
        const other =
          name === 'user_id' ? await samples.records.make.organization() : await samples.records.make.user()
        const { status, json } = await ask(key, { ...request, path: { ...request.path, [name]: other } })
        assert.ok(status === 404 || status === 400, `${name}: ${status} ${JSON.stringify(json)}`)
      }
    })
  }
})

interface Wrong {
  readonly name: string
  readonly change: (request: SampleRequest) => SampleRequest
}

function wrongBodies({ notSupported }: Operation, { body }: KindeOperation): Wrong[] {
  const properties = z.record(z.string(), z.looseObject({})).safeParse(body?.['properties']).data
  if (properties === undefined) return []
  const typed = Object.keys(properties).filter((name) => name !== 'logo' && !notSupported.includes(name))
  return [...typed, 'a_field_that_is_unknown'].map((name) => ({
    name,
    // Neither a text, nor a number, a list or a map of texts.
    change: (request) => ({ ...request, body: { ...request.body, [name]: { of: { another: ['type'] } } } }),
  }))
}

function wrongQueries({ notSupported }: Operation, { query = {} }: KindeOperation): Wrong[] {
  return Object.entries(query).flatMap(([name, { schema }]) => {
    const types = [schema['type']].flat()
    const isText = types.includes('string') && schema['enum'] === undefined && schema['format'] === undefined
    if (isText || name === 'expand' || types.includes('object') || notSupported.includes(name)) return []
    return [
      { name, change: (request) => ({ ...request, query: { ...request.query, [name]: 'neither-of-them' } }) },
    ]
  })
}

/** Kinde's own method for the operation; undefined when the client has none. */
async function byClient(facts: KindeOperation, { path, query, body }: SampleRequest): Promise<unknown> {
  const method = clientMethods.get(facts.operationId.toLowerCase())
  if (method === undefined) return undefined
  const given = { ...path, ...query }
  const camelled = Object.entries(given).map(([name, value]) => [
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ])
  return method({
    ...Object.fromEntries(camelled),
    ...(body && (facts.bodyType === undefined ? { requestBody: body } : { formData: body })),
  })
}

async function accepted(key: string, facts: KindeOperation, request: SampleRequest): Promise<unknown> {
  const { status, json } = await ask(key, request)
  assert.equal(status, facts.status, JSON.stringify(json))
  return json
}

/** Kinde's answers leave out what a record does not have; Mintage's say null. */
function withNull(schema: object): object {
  const entries = Object.entries(schema).map(([name, value]) => {
    if (name === 'type' && typeof value === 'string') return [name, [value, 'null']]
    if (name === 'enum' && Array.isArray(value)) return [name, [...value, null]]
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return [name, value]
    return [name, withNull(value)]
  })
  return Object.fromEntries(entries)
}
