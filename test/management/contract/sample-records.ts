// Records that the requests of the contract's test name by their ids. Each is new and made by the API itself, so that one test needs no other.
import { randomUUID } from 'node:crypto'

export type Json = Readonly<Record<string, unknown>>
export type Text = Readonly<Record<string, string>>

export interface SampleRequest {
  readonly path: Text
  readonly query: Json
  readonly body: Json | undefined
}

/** Sends a request and resolves to its answer; rejects when it was refused. */
export type Send = (operation: string, request: SampleRequest) => Promise<Json>

export const unique = (): string => randomUUID().replaceAll('-', '').slice(0, 12)
export const email = (): string => `person-${unique()}@example.com`

/** Where webhooks of the test go: on this machine. */
export interface SampleReceiver {
  readonly endpoint: string
  /** The id of the first event that arrived there. */
  readonly eventId: Promise<string>
}

export function sampleRecords(send: Send, receiver: SampleReceiver) {
  /** One field of the answer to a request: the id of what it made. */
  async function made(
    operation: string,
    request: { path?: Text; query?: Json; body?: Json },
    ...at: readonly string[]
  ): Promise<string> {
    const answer = await send(operation, { path: {}, query: {}, body: undefined, ...request })
    let value: unknown = answer
    for (const name of at) value = Reflect.get(Object(value), name)
    return String(value)
  }

  const make = {
    user: () =>
      made(
        'post /user',
        {
          body: {
            profile: { given_name: 'Ada' },
            identities: [{ type: 'email', details: { email: email() } }],
          },
        },
        'id',
      ),
    organization: () =>
      made('post /organization', { body: { name: `Acme ${unique()}` } }, 'organization', 'code'),
    member: async () => {
      const [user_id, org_code] = [await make.user(), await make.organization()]
      await made('post /organizations/{org_code}/users', {
        path: { org_code },
        body: { users: [{ id: user_id }] },
      })
      return { user_id, org_code }
    },
    role: () =>
      made('post /roles', { body: { name: `Role ${unique()}`, key: `role_${unique()}` } }, 'role', 'id'),
    // Kinde answers with no id: the permission is found by its key.
    permission: async () => {
      const key = `may:${unique()}`
      await made('post /permissions', { body: { name: key, key } })
      const { permissions } = await send('get /permissions', {
        path: {},
        query: { page_size: 500 },
        body: undefined,
      })
      const found = [permissions].flat().find((one) => Object(one).key === key)
      return String(Object(found).id)
    },
    api: () =>
      made(
        'post /apis',
        { body: { name: `API ${unique()}`, audience: `https://${unique()}.example.com` } },
        'api',
        'id',
      ),
    scope: (api_id: string) =>
      made(
        'post /apis/{api_id}/scopes',
        { path: { api_id }, body: { key: `read:${unique()}` } },
        'scope',
        'id',
      ),
    application: (type = 'reg') =>
      made('post /applications', { body: { name: `App ${unique()}`, type } }, 'application', 'id'),
    category: (context = 'usr') =>
      made('post /property_categories', { body: { name: `Kind ${unique()}`, context } }, 'category', 'id'),
    property: async (context: string) => {
      const key = `prop_${unique()}`
      const category_id = await make.category(context)
      const body = { name: key, key, type: 'single_line_text', context, is_private: false, category_id }
      return { key, id: await made('post /properties', { body }, 'property', 'id') }
    },
    flag: async () => {
      const key = `flag_${unique()}`
      const body = { name: key, key, type: 'str', default_value: 'red', allow_override_level: 'usr' }
      await made('post /feature_flags', { body })
      return key
    },
    identity: (user_id: string) =>
      made(
        'post /users/{user_id}/identities',
        { path: { user_id }, body: { type: 'email', value: email() } },
        'identity',
        'id',
      ),
    variable: () =>
      made(
        'post /environment_variables',
        { body: { key: `VAR_${unique().toUpperCase()}`, value: 'x' } },
        'environment_variable',
        'id',
      ),
    webhook: () =>
      made(
        'post /webhooks',
        { body: { name: 'Hook', endpoint: receiver.endpoint, event_types: ['user.created'] } },
        'webhook',
        'id',
      ),
    apiKey: async () => {
      const api_id = await make.api()
      return made('post /api_keys', { body: { name: 'Key', api_id, type: 'environment' } }, 'api_key', 'id')
    },
    apiKeyValue: async () => {
      const api_id = await make.api()
      return made('post /api_keys', { body: { name: 'Key', api_id, type: 'environment' } }, 'api_key', 'key')
    },
    /** An organization that has a plan. */
    customer: async () => {
      const customer_id = await make.organization()
      await made('post /billing/agreements', { body: { customer_id, plan_code: 'pro' } })
      return customer_id
    },
    agreement: async () => {
      const customer_id = await make.customer()
      return made('get /billing/agreements', { query: { customer_id } }, 'agreements', '0', 'id')
    },
    listedKey: (operation: string, list: string) => made(operation, {}, list, '0', 'key'),
    systemPermission: () => made('get /system_permissions', {}, 'system_permissions', '0', 'id'),
    connection: () =>
      made(
        'post /connections',
        {
          body: {
            name: `conn-${unique()}`,
            display_name: 'Git',
            strategy: 'oauth2:github',
            options: { client_id: 'x', client_secret: 'y' },
          },
        },
        'connection',
        'id',
      ),
    subscriber: () =>
      made(
        'post /subscribers',
        { query: { first_name: 'Ada', last_name: 'L', email: email() } },
        'subscriber',
        'subscriber_id',
      ),
    invite: async (org_code: string) =>
      made(
        'post /organization/{org_code}/invites',
        { path: { org_code }, body: { email: email(), roles: [] } },
        'invite',
        'code',
      ),
  }

  /** The ids of the path, each of a record that exists and belongs to the ones before it. */
  async function pathOf(operation: string): Promise<Text> {
    const path: Record<string, string> = {}
    const has = (text: string) => operation.includes(text)
    if (has('{org_code}') && has('{user_id}')) Object.assign(path, await make.member())
    for (const [, name = ''] of operation.matchAll(/\{([a-z_]+)\}/g))
      path[name] ??= await pathValue(name, operation, path)
    return path
  }

  async function pathValue(name: string, operation: string, path: Text): Promise<string> {
    switch (name) {
      case 'org_code':
      case 'organization_code':
        return make.organization()
      case 'user_id':
        return make.user()
      case 'role_id':
        return make.role()
      case 'permission_id':
        return make.permission()
      case 'api_id':
        return make.api()
      case 'scope_id':
        return make.scope(path['api_id'] ?? (await make.api()))
      case 'application_id':
      case 'app_id':
        return make.application(operation.includes('/scopes/') ? 'm2m' : 'reg')
      case 'property_key': {
        const context = operation.includes('/applications/')
          ? 'app'
          : operation.includes('/users/')
            ? 'usr'
            : 'org'
        return (await make.property(context)).key
      }
      case 'property_id':
        return (await make.property('usr')).id
      case 'category_id':
        return make.category()
      case 'feature_flag_key':
        return make.flag()
      case 'identity_id':
        return make.identity(await make.user())
      case 'variable_id':
        return make.variable()
      case 'event_id':
        await make.webhook()
        await make.user()
        return receiver.eventId
      case 'webhook_id':
        return make.webhook()
      case 'key_id':
        return make.apiKey()
      case 'connection_id':
        return make.connection()
      case 'subscriber_id':
        return make.subscriber()
      case 'invite_code':
        return make.invite(path['org_code'] ?? '')
      case 'type':
        return 'light'
      // No user has a second factor.
      case 'factor_id':
        return 'none'
      default:
        throw new Error(`no record is known for {${name}}`)
    }
  }

  return {
    make,
    pathOf,
    send: (operation: string, path: Text, body: Json) => made(operation, { path, body }),
  }
}

export type SampleRecords = ReturnType<typeof sampleRecords>
