// Kinde's management API as a source: what an export does not have, such as roles, applications and who holds what. It gives no password hashes;
// an import of the export afterwards adds them to the users who have none.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { applicationTypes, flagTypes, propertyContexts, type PropertyContext } from '../store/index.ts'
import type { CatalogEntries, ImportSource, OrganizationEntry, Read, UserEntry } from './entries.ts'
import { textOf, timeOf } from './kinde-user.ts'

/** Resolves to the answer's JSON; rejects with AppError. `path` is below /api/v1. */
export type AskKinde = (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>

const keyed = z.looseObject({ id: z.string(), key: z.string(), name: z.string(), description: textOf })
const application = z.looseObject({
  client_id: z.string(),
  client_secret: textOf,
  name: z.string(),
  type: z.enum(applicationTypes),
  login_uri: textOf,
  homepage_uri: textOf,
})
const api = z.looseObject({
  name: z.string(),
  audience: z.string(),
  is_management_api: z.boolean().nullish(),
  scopes: z.array(z.looseObject({ key: z.string() })).nullish(),
})
const organization = z.looseObject({
  code: z.string(),
  name: z.string(),
  handle: textOf,
  external_id: textOf,
  is_auto_membership_enabled: z.boolean().nullish(),
})
const user = z.looseObject({
  id: z.string(),
  provided_id: textOf,
  email: textOf,
  preferred_email: textOf,
  phone: textOf,
  username: textOf,
  first_name: textOf,
  last_name: textOf,
  picture: textOf,
  is_suspended: z.boolean().nullish(),
  created_on: textOf,
  identities: z.array(z.looseObject({ type: z.string(), identity: textOf })).nullish(),
})
const member = z.looseObject({ id: z.string(), roles: z.array(z.string()).nullish() })
const flags = z.looseObject({
  feature_flags: z.record(z.string(), z.looseObject({ type: z.enum(flagTypes), value: z.unknown() })),
})

/** Asks for the catalog at once. Rejects with AppError, and ZodError when the answers are not Kinde's. */
export async function openKindeApi(where: string, ask: AskKinde): Promise<ImportSource> {
  const catalog = await catalogOf(ask)
  return {
    fingerprint: createHash('sha256').update(where).digest('hex'),
    catalog,
    async *organizations() {
      let position = 0
      for await (const given of pages(ask, '/organizations', 'organizations', organization)) {
        position += 1
        yield {
          position,
          at: `organization ${given.code}`,
          kind: 'entry',
          entry: await organizationOf(given, ask),
        }
      }
    },
    users: (after) => usersOf(ask, after),
    progress: () => undefined,
  }
}

async function catalogOf(ask: AskKinde): Promise<CatalogEntries> {
  const permissions = await listOf(pages(ask, '/permissions', 'permissions', keyed))
  const roles: CatalogEntries['roles'][number][] = []
  for await (const { id, ...role } of pages(ask, '/roles', 'roles', keyed)) {
    const held = await listOf(
      pages(ask, `/roles/${encodeURIComponent(id)}/permissions`, 'permissions', keyed),
    )
    roles.push({ ...role, permissions: held.map(({ key }) => key) })
  }
  const { feature_flags } = flags.parse(await ask('/environment/feature_flags'))
  const { apis } = z.looseObject({ apis: z.array(api) }).parse(await ask('/apis', { expand: 'scopes' }))
  return {
    permissions,
    roles,
    properties: (await Promise.all(propertyContexts.map((context) => propertiesOf(context, ask)))).flat(),
    featureFlags: Object.entries(feature_flags).map(([key, { type, value }]) => ({
      key,
      name: key,
      type,
      value,
    })),
    apis: apis
      .filter(({ is_management_api }) => is_management_api !== true)
      .map(({ name, audience, scopes }) => ({
        name,
        audience,
        scopes: (scopes ?? []).map(({ key }) => key),
      })),
    applications: await applicationsOf(ask),
  }
}

async function propertiesOf(context: PropertyContext, ask: AskKinde) {
  const property = keyed.extend({ is_private: z.boolean().nullish() })
  const found: {
    key: string
    name: string
    description?: string | undefined
    context: PropertyContext
    isPrivate: boolean
  }[] = []
  let after: string | undefined
  for (;;) {
    const page = z.looseObject({ properties: z.array(property), has_more: z.boolean() }).parse(
      await ask('/properties', {
        context,
        page_size: '100',
        ...(after !== undefined && { starting_after: after }),
      }),
    )
    found.push(
      ...page.properties.map(({ key, name, description, is_private }) => ({
        key,
        name,
        description,
        context,
        isPrivate: is_private === true,
      })),
    )
    after = page.properties.at(-1)?.id
    if (!page.has_more || after === undefined) return found
  }
}

async function applicationsOf(ask: AskKinde): Promise<NonNullable<CatalogEntries['applications']>> {
  const found: NonNullable<CatalogEntries['applications']>[number][] = []
  const id = z.looseObject({ id: z.string() })
  const urls = (of: string) =>
    z
      .looseObject({ [of]: z.array(z.string()).nullish() })
      .transform((answer) => z.array(z.string()).catch([]).parse(answer[of]))
  for await (const listed of pages(ask, '/applications', 'applications', id)) {
    const path = `/applications/${encodeURIComponent(listed.id)}`
    const { application: given } = z.looseObject({ application }).parse(await ask(path))
    const isOfPeople = given.type === 'reg' || given.type === 'spa'
    found.push({
      clientId: given.client_id,
      clientSecret: given.client_secret,
      name: given.name,
      type: given.type,
      loginUri: given.login_uri,
      homepageUri: given.homepage_uri,
      redirectUris: isOfPeople ? urls('redirect_urls').parse(await ask(`${path}/auth_redirect_urls`)) : [],
      logoutUris: isOfPeople ? urls('logout_urls').parse(await ask(`${path}/auth_logout_urls`)) : [],
    })
  }
  return found
}

async function organizationOf(
  given: z.output<typeof organization>,
  ask: AskKinde,
): Promise<OrganizationEntry> {
  const path = `/organizations/${encodeURIComponent(given.code)}`
  const values = z.looseObject({ key: z.string(), value: textOf })
  const properties = await listOf(pages(ask, `${path}/properties`, 'properties', values))
  const { feature_flags } = flags.parse(await ask(`${path}/feature_flags`))
  return {
    code: given.code,
    externalId: given.external_id,
    name: given.name,
    handle: given.handle,
    isAutoMembershipEnabled: given.is_auto_membership_enabled ?? undefined,
    properties: Object.fromEntries(
      properties.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])),
    ),
    featureFlags: Object.fromEntries(Object.entries(feature_flags).map(([key, { value }]) => [key, value])),
  }
}

/** All users first, then the members of each organization with their roles: so no list of memberships has to be held. */
async function* usersOf(ask: AskKinde, after: number): AsyncGenerator<Read<UserEntry>> {
  let position = 0
  for await (const given of pages(ask, '/users', 'users', user, { expand: 'identities' })) {
    position += 1
    if (position > after) yield { position, at: `user ${given.id}`, kind: 'entry', entry: userOf(given) }
  }
  for await (const { code } of pages(ask, '/organizations', 'organizations', organization))
    for await (const { id, roles } of pages(
      ask,
      `/organizations/${encodeURIComponent(code)}/users`,
      'organization_users',
      member,
    )) {
      position += 1
      if (position <= after) continue
      const entry = { ...nothingElse, id, memberships: [{ organization: code, roles: roles ?? [] }] }
      yield { position, at: `member ${id} of ${code}`, kind: 'entry', entry }
    }
}

const nothingElse = {
  isSuspended: false,
  identifiers: [],
  memberships: [],
  properties: {},
  featureFlags: {},
  leftOut: [],
}

/** Kinde lists an identity without saying whether it is confirmed; a user who could sign in with an address has confirmed it (C2§18). */
function userOf(given: z.output<typeof user>): UserEntry {
  const listed = given.identities ?? []
  const valuesOf = (type: string, own: string | undefined) =>
    new Set(
      [own, ...listed.filter((one) => one.type === type).map(({ identity }) => identity)].filter(
        (value) => value !== undefined,
      ),
    )
  const types = ['email', 'phone', 'username'] as const
  return {
    ...nothingElse,
    id: given.id,
    providedId: given.provided_id,
    firstName: given.first_name,
    lastName: given.last_name,
    picture: given.picture,
    createdAtMs: timeOf(given.created_on),
    isSuspended: given.is_suspended === true,
    identifiers: types.flatMap((type) => {
      const own = {
        email: given.preferred_email ?? given.email,
        phone: given.phone,
        username: given.username,
      }[type]
      return [...valuesOf(type, own)].map((value) => ({ type, value, isVerified: true }))
    }),
    leftOut: listed
      .filter(({ type }) => type.startsWith('oauth2:'))
      .map(
        ({ type }) =>
          `a sign-in with ${type.slice('oauth2:'.length)}, because Mintage has no such connection`,
      ),
  }
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

/** Every page of a list that ends with `next_token`. */
async function* pages<Item>(
  ask: AskKinde,
  path: string,
  field: string,
  item: z.ZodType<Item>,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<Item> {
  const pageSchema = z.looseObject({ next_token: textOf })
  let next: string | undefined
  do {
    const answer = pageSchema.parse(
      await ask(path, { ...query, page_size: '500', ...(next !== undefined && { next_token: next }) }),
    )
    yield* z.array(item).parse(answer[field] ?? [])
    next = answer.next_token
  } while (next !== undefined)
}
