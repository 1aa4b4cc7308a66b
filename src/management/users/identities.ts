// Identities: what users sign in with.
import { z } from 'zod'
import {
  addIdentity,
  connectionOf,
  identifierOf,
  isPrimaryIdentity,
  makePrimary,
  removeIdentity,
} from '../../directory/index.ts'
import type { Catalog, IdentityRecord, IdentityType, Store, UserRecord } from '../../store/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { foundUser } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { hasMore, pageById, pageByIdQuery, placeById } from '../page-by-id.ts'
import { RequestError } from '../request-error.ts'

const identitySchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  is_confirmed: z.boolean(),
  created_on: z.string(),
  last_login_on: z.string().nullable(),
  total_logins: z.int(),
  name: z.string(),
  email: z.string().nullable(),
  connection_id: z.string().nullable(),
  is_primary: z.boolean(),
})

const { starting_after, ending_before } = pageByIdQuery

export const userIdentitiesOperations = [
  operation({
    method: 'get',
    path: '/users/{user_id}/identities',
    operationId: 'GetUserIdentities',
    summary: 'What a user signs in with: addresses, usernames and phone numbers, page by page by their ids.',
    scope: 'read:user_identities',
    organizationBound: 'refused',
    query: z.object({ starting_after, ending_before }),
    body: noBody,
    answer: okSchema({ identities: z.array(identitySchema), ...hasMore }),
    async handle({ path, query }, deps, caller) {
      const place = placeById(query)
      const user = await foundUser(deps, path.user_id, caller)
      const [identities, catalog] = await Promise.all([
        deps.store.directory.identities(user.id),
        deps.store.directory.catalog(),
      ])
      const { items, has_more } = pageById(identities, place)
      const shown = items.map((identity) => identityAnswer(identity, { user, identities, catalog }))
      return ok({ identities: shown, has_more })
    },
  }),
  operation({
    method: 'post',
    path: '/users/{user_id}/identities',
    operationId: 'CreateUserIdentity',
    summary:
      'Gives a user another address, username or phone number to sign in with. It is not verified. Needs `type` and `value`.',
    scope: 'create:user_identities',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      value: z.string().max(500).optional(),
      type: z.enum(['email', 'username', 'phone', 'enterprise', 'social']).optional(),
      /** Of a country, as `gb`. Numbers are given whole, so it decides nothing. */
      phone_country_id: z.string().max(10).optional(),
    }),
    notSupported: ['connection_id'],
    status: 201,
    answer: okSchema({ identity: z.strictObject({ id: z.string() }) }),
    async handle({ path, body }, deps, caller) {
      const identifier = identifierIn(body)
      const user = await foundUser(deps, path.user_id, caller)
      const { id } = await addIdentity(user, identifier, deps)
      return ok({ identity: { id } })
    },
  }),
]

export const identitiesOperations = [
  operation({
    method: 'get',
    path: '/identities/{identity_id}',
    operationId: 'GetIdentity',
    summary: 'One identity, without an envelope.',
    scope: 'read:identities',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: identitySchema,
    async handle({ path }, { store }) {
      const { identity, ...owner } = await foundIdentity({ store }, path.identity_id)
      return identityAnswer(identity, { ...owner, catalog: await store.directory.catalog() })
    },
  }),
  operation({
    method: 'patch',
    path: '/identities/{identity_id}',
    operationId: 'UpdateIdentity',
    summary:
      'Makes an identity the primary one of its type: the address, username or phone number that tokens carry.',
    scope: 'update:identities',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ is_primary: z.boolean().optional() }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const { identity, user, identities } = await foundIdentity(deps, path.identity_id)
      if (body.is_primary === false) {
        throw new RequestError(
          'INVALID_REQUEST',
          'body.is_primary: send true for the identity that takes its place; one of each type is primary',
        )
      }
      await makePrimary(identity, user, identities, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/identities/{identity_id}',
    operationId: 'DeleteIdentity',
    summary:
      'Removes an identity: it does not sign in any more. Sessions stay. The next address becomes the preferred one when it was this.',
    scope: 'delete:identities',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const { identity, user, identities } = await foundIdentity(deps, path.identity_id)
      await removeIdentity(identity, user, identities, deps)
      return ok({})
    },
  }),
]

const examples = { email: 'ada@example.com', phone: '+447700900000', username: 'ada' } as const

function identifierIn({
  type,
  value,
}: {
  readonly type?: IdentityType | 'enterprise' | 'social' | undefined
  readonly value?: string | undefined
}) {
  if (type === 'enterprise' || type === 'social') {
    throw new RequestError(
      'NOT_SUPPORTED',
      `body.type: Mintage has no sign-in by other providers, so it has no identities of the type "${type}".`,
    )
  }
  if (type === undefined) throw new RequestError('INVALID_REQUEST', 'body.type: say email, username or phone')
  const identifier = identifierOf(type, value ?? '')
  if (identifier !== undefined) return identifier
  throw new RequestError(
    'INVALID_REQUEST',
    `body.value: it is not valid for ${type}; send one such as ${examples[type]}`,
  )
}

interface Owner {
  readonly user: UserRecord
  readonly identities: readonly IdentityRecord[]
}

async function foundIdentity(
  { store }: { readonly store: Pick<Store, 'directory'> },
  identityId: string,
): Promise<Owner & { readonly identity: IdentityRecord }> {
  const found = await store.directory.identityById(identityId)
  const [user, identities] =
    found === undefined
      ? []
      : await Promise.all([store.directory.user(found.userId), store.directory.identities(found.userId)])
  if (found === undefined || user === undefined || identities === undefined)
    throw new RequestError('IDENTITY_NOT_FOUND', 'There is no identity with this id.')
  return { identity: found, user, identities }
}

function identityAnswer(
  identity: IdentityRecord,
  { user, identities, catalog }: Owner & { readonly catalog: Catalog },
): z.input<typeof identitySchema> {
  const { lastSignedInAtMs } = identity
  return {
    id: identity.id,
    type: identity.type,
    is_confirmed: identity.isVerified,
    created_on: isoTime(identity.createdAtMs),
    last_login_on: lastSignedInAtMs === null ? null : isoTime(lastSignedInAtMs),
    total_logins: identity.totalSignIns,
    name: identity.value,
    email: identity.type === 'email' ? identity.value : null,
    connection_id: connectionOf(identity, catalog)?.id ?? null,
    is_primary: isPrimaryIdentity(identity, user, identities),
  }
}
