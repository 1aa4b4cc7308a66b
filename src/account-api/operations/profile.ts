// Who the user is and where they belong. Of Kinde's Java SDK; the others read the ID token.
import { z } from 'zod'
import { RequestError } from '../../management/index.ts'
import type { OrganizationRecord } from '../../store/index.ts'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageOf, pageQuery } from '../page-of-account.ts'

const organizationSchema = z.strictObject({ id: z.string(), name: z.string(), code: z.string() })

export const profileOperations = [
  accountOperation({
    path: '/user_profile',
    operationId: 'GetUserProfile',
    summary: 'The user: id, address, names and picture. Of Kinde’s Java SDK.',
    query: z.object({}),
    answer: z.strictObject({
      data: z.strictObject({
        id: z.string(),
        email: z.string().nullable(),
        given_name: z.string().nullable(),
        family_name: z.string().nullable(),
        picture: z.string().nullable(),
      }),
    }),
    handle(_input, { subject: { user, identities } }) {
      const email = user.preferredEmail ?? identities.find(({ type }) => type === 'email')?.value ?? null
      const { id, firstName, lastName, picture } = user
      return { data: { id, email, given_name: firstName, family_name: lastName, picture } }
    },
  }),
  accountOperation({
    path: '/user_organizations',
    operationId: 'GetUserOrganizations',
    summary: 'The organizations that the user belongs to. Of Kinde’s Java SDK.',
    query: z.object(pageQuery),
    answer: z.strictObject({ data: z.array(organizationSchema), metadata: metadataSchema }),
    handle({ query }, { subject }) {
      const { items, metadata } = pageOf(subject.organizations.map(organizationOf), query)
      return { data: [...items], metadata }
    },
  }),
  accountOperation({
    path: '/current_organization',
    operationId: 'GetCurrentOrganization',
    summary: 'The organization of the token. Of Kinde’s Java SDK.',
    query: z.object({}),
    answer: z.strictObject({ data: organizationSchema }),
    handle(_input, { organization }) {
      if (organization === null)
        throw new RequestError('ORGANIZATION_NOT_FOUND', 'The token is not for an organization.')
      return { data: organizationOf(organization) }
    },
  }),
]

/** An organization's id is its code. */
function organizationOf({ code, name }: OrganizationRecord): z.output<typeof organizationSchema> {
  return { id: code, name, code }
}
