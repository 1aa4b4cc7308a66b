// Creates a user: the profile, what the user signs in with, and the organization to join. All or nothing: when one identity is
// taken already, nothing is created.
import { z } from 'zod'
import { createUser, identifierOf, type Identifier } from '../../directory/index.ts'
import { foundOrganization } from '../found.ts'
import { noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
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
    async handle({ body }, deps) {
      const { profile = {}, provided_id: providedId = null } = body
      const given = (body.identities ?? []).map((identity) => ({
        identifier: identifierIn(identity),
        isVerified: identity.is_verified ?? false,
      }))
      const isNamed = [profile.given_name, profile.family_name, providedId].some((value) => Boolean(value))
      if (given.length === 0 && !isNamed) {
        throw new RequestError(
          'INVALID_REQUEST',
          'body: a user needs an identity, a provided_id, or a name in profile',
        )
      }
      const code = body.organization_code
      const { user, identities } = await createUser(
        {
          firstName: profile.given_name ?? null,
          lastName: profile.family_name ?? null,
          picture: profile.picture ?? null,
          providedId,
          identities: given,
          ...(code !== undefined && { organization: await foundOrganization(deps, code) }),
        },
        deps,
      )
      return {
        id: user.id,
        created: true,
        identities: identities.map(({ type }) => ({ type, result: { created: true } })),
      }
    },
  }),
]

function identifierIn({ type, details }: GivenIdentity): Identifier {
  const identifier = identifierOf(type, details[type] ?? '')
  if (identifier !== undefined) return identifier
  const example = { email: 'ada@example.com', phone: '+447700900000', username: 'ada' }[type]
  throw new RequestError('INVALID_REQUEST', `details.${type} of an identity is not one, such as ${example}.`)
}
