// Creates a user: the profile, what the user signs in with, and the organization to join. All or nothing: when one identity is
// taken already, nothing is created.
import { z } from 'zod'
import { identifierOf, newId, newIdentity, newMembership, newUser } from '../directory/index.ts'
import type { DirectoryChange, IdentityRecord } from '../store/index.ts'
import { foundOrganization } from './found.ts'
import type { ManagementDeps } from './management-deps.ts'
import { noQuery, operation } from './operation.ts'
import { RequestError } from './request-error.ts'
import { nameField, pictureField, providedIdField } from './user-fields.ts'

const identityField = z.strictObject({
  type: z.enum(['email', 'phone', 'username']),
  is_verified: z.boolean().optional(),
  details: z.strictObject({
    email: z.string().max(500).optional(),
    phone: z.string().max(100).optional(),
    /** Of a country, as `gb`. Numbers are given whole, so it decides nothing. */
    phone_country_id: z.string().max(10).optional(),
    username: z.string().max(500).optional(),
  }),
})

const userBody = z.strictObject({
  profile: z
    .strictObject({
      given_name: nameField.optional(),
      family_name: nameField.optional(),
      picture: pictureField.optional(),
    })
    .optional(),
  organization_code: z.string().max(200).optional(),
  provided_id: providedIdField.optional(),
  // Counted before they are parsed: each could be wrong in several ways.
  identities: z.array(z.unknown()).max(20).pipe(z.array(identityField)).optional(),
})

type GivenIdentity = z.output<typeof identityField>

export const userCreationOperations = [
  operation({
    method: 'post',
    path: '/user',
    operationId: 'createUser',
    summary: 'Creates a user, with identities and as a member of an organization when they are named.',
    scope: 'create:users',
    organizationBound: 'refused',
    query: noQuery,
    body: userBody,
    answer: z.strictObject({
      id: z.string(),
      created: z.boolean(),
      identities: z.array(
        z.strictObject({ type: z.string(), result: z.strictObject({ created: z.boolean() }) }),
      ),
    }),
    concerned: (_input, { id }) => [{ userId: id }],
    async handle({ body }, deps) {
      const { profile = {}, provided_id = null } = body
      const names = { firstName: profile.given_name ?? null, lastName: profile.family_name ?? null }
      const user = newUser(newId('user', deps.random), names, deps.nowMs())
      const identities = (body.identities ?? []).map((given) => identityOf(given, user.id, deps))
      const isNamed = [profile.given_name, profile.family_name, provided_id].some((value) => Boolean(value))
      if (identities.length === 0 && !isNamed) {
        throw new RequestError(
          'INVALID_REQUEST',
          'body: a user needs an identity, a provided_id, or a name in profile',
        )
      }
      const preferredEmail = identities.find(({ type }) => type === 'email')?.value ?? null
      const picture = profile.picture ?? null
      await deps.store.directory.apply([
        { kind: 'put-user', user: { ...user, preferredEmail, picture, providedId: provided_id } },
        ...identities.map((identity) => ({ kind: 'put-identity', identity }) as const),
        ...(await joining(body.organization_code, user.id, deps)),
      ])
      return {
        id: user.id,
        created: true,
        identities: identities.map(({ type }) => ({ type, result: { created: true } })),
      }
    },
  }),
]

function identityOf(
  { type, details, is_verified }: GivenIdentity,
  userId: string,
  { random, nowMs }: ManagementDeps,
): IdentityRecord {
  const identifier = identifierOf(type, details[type] ?? '')
  if (identifier === undefined) {
    const example = { email: 'ada@example.com', phone: '+447700900000', username: 'ada' }[type]
    throw new RequestError(
      'INVALID_REQUEST',
      `details.${type} of an identity is not one, such as ${example}.`,
    )
  }
  return newIdentity(identifier, userId, { isVerified: is_verified ?? false, atMs: nowMs(), random })
}

async function joining(
  organizationCode: string | undefined,
  userId: string,
  deps: ManagementDeps,
): Promise<DirectoryChange[]> {
  if (organizationCode === undefined) return []
  const { code } = await foundOrganization(deps, organizationCode)
  const catalog = await deps.store.directory.catalog()
  return [{ kind: 'put-membership', membership: newMembership(code, userId, catalog, deps.nowMs()) }]
}
