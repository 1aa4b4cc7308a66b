// For each operation of Kinde's contract a request that it has to accept, made from the contract's schema: values by the names and types of
// its fields, and records of its own for the ids that it names. The records are made by the same API, so that one test needs no other.
import type { KindeOperation } from './kinde-contract.ts'
import {
  email,
  sampleRecords,
  unique,
  type Json,
  type SampleReceiver,
  type SampleRecords,
  type SampleRequest,
  type Send,
  type Text,
} from './sample-records.ts'

interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly oneOf?: readonly SchemaNode[]
}

/** The smallest PNG. */
const picture = new Blob(
  [
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ],
  { type: 'image/png' },
)

/** Values that a schema's types do not tell. */
const values: Readonly<Record<string, () => unknown>> = {
  email,
  sender_email: email,
  billing_email: email,
  key: () => `key_${unique()}`,
  name: () => `Name ${unique()}`,
  handle: () => `handle-${unique()}`,
  audience: () => `https://${unique()}.example.com`,
  external_id: unique,
  provided_id: unique,
  picture: () => 'https://images.example.com/a.png',
  default_value: () => 'blue',
  value: () => 'blue',
  phone: () => '+442079460123',
  phone_country_id: () => 'gb',
  logo: () => picture,
  urls: () => [`https://${unique()}.example.com/callback`],
  redirect_uris: () => [`https://${unique()}.example.com/callback`],
  logout_uris: () => [`https://${unique()}.example.com/`],
  login_uri: () => 'https://app.example.com/login',
  homepage_uri: () => 'https://app.example.com/',
  privacy_url: () => 'https://app.example.com/privacy',
  terms_url: () => 'https://app.example.com/terms',
  allowed_domains: () => ['example.com'],
  background_color: () => '#ffffff',
  background_color_dark: () => '#101010',
  button_color: () => '#1f3b8a',
  button_color_dark: () => '#9db8ff',
  button_text_color: () => '#ffffff',
  button_text_color_dark: () => '#101010',
  link_color: () => '#1f3b8a',
  link_color_dark: () => '#9db8ff',
  theme_code: () => 'light',
  access_token_lifetime: () => 600,
  id_token_lifetime: () => 600,
  refresh_token_lifetime: () => 86_400,
  authenticated_session_lifetime: () => 86_400,
  page_size: () => 5,
  expand: () => 'roles',
  sort: () => 'name_asc',
  active_since: () => '2026-01-01T00:00:00Z',
  date_time_from: () => new Date(Date.now() - 86_400_000).toISOString(),
  date_time_to: () => new Date().toISOString(),
  event_types: () => ['user.created', 'user.updated'],
  meter_value: () => '3',
  meter_usage_timestamp: () => new Date().toISOString(),
  billing_feature_code: () => 'seats',
  plan_code: () => 'pro',
  billing_plan_code: () => 'pro',
  max_value: () => '100',
}

function valueOf(name: string, schema: SchemaNode): unknown {
  if (schema.enum !== undefined) return schema.enum[0]
  const given = values[name]
  if (given !== undefined) return given()
  const [type] = [schema.type ?? 'string'].flat()
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return 1
  if (type === 'array') return schema.items === undefined ? [] : [valueOf(name, schema.items)]
  if (type === 'object') return bodyOf(schema)
  return `Text ${unique()}`
}

/** Every field of the schema. */
function bodyOf({ properties = {} }: SchemaNode): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(name, field)]))
}

type Prepare = (records: SampleRecords, path: Text) => Promise<unknown>
type Fields = (records: SampleRecords, path: Text) => Promise<Json>

/** What a removal takes away has to be there, and some records have to know each other first. */
const prepare: Readonly<Record<string, Prepare>> = {
  'patch /applications/{application_id}': async ({ make, send }, path) =>
    send(
      'post /applications/{application_id}/access_roles/{role_id}',
      { ...path, role_id: await make.role() },
      {},
    ),
  'delete /organizations/{org_code}/users/{user_id}/roles/{role_id}': ({ send }, path) =>
    send('post /organizations/{org_code}/users/{user_id}/roles', path, { role_id: path['role_id'] }),
  'delete /organizations/{org_code}/users/{user_id}/permissions/{permission_id}': ({ send }, path) =>
    send('post /organizations/{org_code}/users/{user_id}/permissions', path, {
      permission_id: path['permission_id'],
    }),
  'delete /organizations/{org_code}/users/{user_id}/apis/{api_id}/scopes/{scope_id}': ({ send }, path) =>
    send('post /organizations/{org_code}/users/{user_id}/apis/{api_id}/scopes/{scope_id}', path, {}),
  'delete /roles/{role_id}/scopes/{scope_id}': ({ send }, path) =>
    send('post /roles/{role_id}/scopes', path, { scope_id: path['scope_id'] }),
  'delete /roles/{role_id}/permissions/{permission_id}': ({ send }, path) =>
    send('patch /roles/{role_id}/permissions', path, { permissions: [{ id: path['permission_id'] }] }),
  'delete /applications/{application_id}/access_roles/{role_id}': ({ send }, path) =>
    send('post /applications/{application_id}/access_roles/{role_id}', path, {}),
  'delete /applications/{application_id}/connections/{connection_id}': ({ send }, path) =>
    send('post /applications/{application_id}/connections/{connection_id}', path, {}),
  'delete /organizations/{organization_code}/connections/{connection_id}': ({ send }, path) =>
    send('post /organizations/{organization_code}/connections/{connection_id}', path, {}),
  'delete /environment/logos/{type}': ({ send }, path) =>
    send('put /environment/logos/{type}', path, { logo: picture }),
  'delete /organizations/{org_code}/logos/{type}': ({ send }, path) =>
    send('post /organizations/{org_code}/logos/{type}', path, { logo: picture }),
  'post /apis/{api_id}/applications/{application_id}/scopes/{scope_id}': authorized,
  'delete /apis/{api_id}/applications/{application_id}/scopes/{scope_id}': async (records, path) => {
    await authorized(records, path)
    await records.send('post /apis/{api_id}/applications/{application_id}/scopes/{scope_id}', path, {})
  },
}

async function authorized({ send }: SampleRecords, path: Text): Promise<unknown> {
  return send('patch /apis/{api_id}/applications', path, { applications: [{ id: path['application_id'] }] })
}

/** Fields that name other records, or that hold together. */
const fields: Readonly<Record<string, Fields>> = {
  'post /api_keys': async ({ make }) => ({
    type: 'environment',
    api_id: await make.api(),
    scope_ids: [],
    user_id: null,
    org_code: null,
  }),
  'post /api_keys/verify': async ({ make }) => ({ api_key: await make.apiKeyValue() }),
  'post /applications': async () => ({ org_code: null }),
  'patch /apis/{api_id}/applications': async ({ make }) => ({
    applications: [{ id: await make.application('m2m') }],
  }),
  'post /billing/agreements': async ({ make }) => ({
    customer_id: await make.organization(),
    // Mintage makes no invoices.
    is_invoice_now: false,
    is_prorate: false,
  }),
  'post /billing/meter_usage': async ({ make }) => ({ customer_agreement_id: await make.agreement() }),
  'post /connections': async (records, path) => ({
    ...(await connectionFields(records, path)),
    strategy: 'oauth2:github',
    organization_code: null,
  }),
  'put /connections/{connection_id}': connectionFields,
  'patch /connections/{connection_id}': connectionFields,
  'post /organization/{org_code}/invites': async () => ({ roles: [], send_email: false }),
  'post /organization': async () => ({ feature_flags: {} }),
  'post /organizations/{org_code}/users': async ({ make }) => ({
    users: [{ id: await make.user(), roles: [], permissions: [] }],
  }),
  'patch /organizations/{org_code}/users': async ({ make }) => ({
    users: [{ id: await make.user(), roles: [], permissions: [] }],
  }),
  'post /organizations/{org_code}/users/{user_id}/roles': async ({ make }) => ({
    role_id: await make.role(),
  }),
  'post /organizations/{org_code}/users/{user_id}/permissions': async ({ make }) => ({
    permission_id: await make.permission(),
  }),
  'patch /organizations/{org_code}/properties': propertyFields('org'),
  'patch /users/{user_id}/properties': propertyFields('usr'),
  'post /properties': async ({ make }) => ({ context: 'usr', category_id: await make.category('usr') }),
  'put /properties/{property_id}': async ({ make }) => ({ category_id: await make.category('usr') }),
  'post /roles': async ({ make }) => ({ assignment_permission_id: await make.permission() }),
  'patch /roles/{role_id}': async ({ make }) => ({ assignment_permission_id: await make.permission() }),
  'post /roles/{role_id}/scopes': async ({ make }) => ({ scope_id: await make.scope(await make.api()) }),
  'patch /roles/{role_id}/permissions': async ({ make }) => ({
    permissions: [{ id: await make.permission() }],
  }),
  'patch /roles/{role_id}/system_permissions': async ({ make }) => ({
    system_permissions: [{ id: await make.systemPermission() }],
  }),
  'post /user': async ({ make }) => ({
    organization_code: await make.organization(),
    identities: [{ type: 'email', is_verified: true, details: { email: email() } }],
  }),
  'post /users/{user_id}/identities': async () => ({ type: 'email', value: email() }),
  'patch /business': async ({ make }) => ({
    industry_key: await make.listedKey('get /industries', 'industries'),
    timezone_key: await make.listedKey('get /timezones', 'timezones'),
  }),
  'put /mfa': async () => ({ policy: 'off' }),
}

async function connectionFields({ make }: SampleRecords, _path: Text): Promise<Json> {
  return {
    enabled_applications: [await make.application()],
    options: { client_id: 'an-id', client_secret: 'a-secret', is_use_custom_domain: false },
  }
}

function propertyFields(context: string): Fields {
  return async ({ make }) => {
    const { key } = await make.property(context)
    return { properties: { [key]: 'blue' } }
  }
}

/** Requests whose every field cannot be sent at once: these are. */
const whole: Readonly<Record<string, () => Json>> = {
  'put /users/{user_id}/password': () => ({
    hashed_password: '$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    hashing_method: 'bcrypt',
    is_temporary_password: false,
  }),
}

/** They say where a page begins, or need a record of their own. */
const places = new Set(['starting_after', 'ending_before', 'next_token', 'properties'])

/** `leftOut`: fields and parameters that Mintage refuses by name. */
export function sampleRequests(
  send: Send,
  leftOut: (operation: string) => readonly string[],
  receiver: SampleReceiver,
) {
  const records = sampleRecords(send, receiver)
  const kept = (operation: string, given: Json): Json => {
    const names = leftOut(operation)
    return Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)))
  }

  return {
    records,
    /** With every parameter and every field of the schema. */
    async requestFor(operation: string, facts: KindeOperation): Promise<SampleRequest> {
      const path = await records.pathOf(operation)
      await prepare[operation]?.(records, path)
      const asked = Object.entries(facts.query ?? {}).filter(([name]) => !places.has(name))
      const query = Object.fromEntries(asked.map(([name, { schema }]) => [name, valueOf(name, schema)]))
      const special = (await parameters[operation]?.(records, path)) ?? {}
      const body =
        facts.body &&
        (whole[operation]?.() ?? {
          ...bodyOf(facts.body),
          ...(await fields[operation]?.(records, path)),
          ...(Object.hasOwn(Object(facts.body['properties']), 'endpoint') && { endpoint: receiver.endpoint }),
        })
      return { path, query: kept(operation, { ...query, ...special }), body: body && kept(operation, body) }
    },
  }
}

/** Parameters that name other records. */
const parameters: Readonly<Record<string, Fields>> = {
  'get /user': userId,
  'patch /user': userId,
  'delete /user': userId,
  'get /organization': async ({ make }) => ({ code: await make.organization() }),
  'get /billing/entitlements': async ({ make }) => ({ customer_id: await make.customer() }),
  'get /billing/agreements': async ({ make }) => ({ customer_id: await make.customer() }),
}

async function userId({ make }: SampleRecords): Promise<Json> {
  return { id: await make.user() }
}
