// Changes of an organization.
import { z } from 'zod'
import { updateOrganization } from '../../directory/index.ts'
import type { OrganizationFields } from '../../store/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { externalIdField, handleField, lookFields, nameField } from './organization-fields.ts'

const updateBody = z.strictObject({
  name: nameField.optional(),
  external_id: externalIdField.optional(),
  handle: handleField.optional(),
  is_auto_membership_enabled: z.boolean().optional(),
})

export const organizationUpdatesOperations = [
  operation({
    method: 'patch',
    path: '/organization/{org_code}',
    operationId: 'updateOrganization',
    summary: 'Updates the given fields of an organization. `expand` changes nothing of the answer.',
    scope: 'update:organizations',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: z.object({ expand: z.string().optional() }),
    body: updateBody,
    notSupported: [
      ...lookFields,
      'is_allow_registrations',
      'is_auto_join_domain_list',
      'allowed_domains',
      'is_enable_advanced_orgs',
      'is_enforce_mfa',
      'sender_name',
      'sender_email',
      'is_suspended',
    ],
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const organization = await foundOrganization(deps, path.org_code)
      await updateOrganization(organization, fieldsOf(body), deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organization/{org_code}/handle',
    operationId: 'DeleteOrganizationHandle',
    summary: 'Removes the handle of an organization.',
    scope: 'delete:organization_handles',
    organizationBound: { organization: ({ path }) => path.org_code },
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await updateOrganization(await foundOrganization(deps, path.org_code), { handle: null }, deps)
      return ok({})
    },
  }),
]

/** A field that is not named stays. */
function fieldsOf(body: z.output<typeof updateBody>): OrganizationFields {
  return {
    ...(body.name !== undefined && { name: body.name.trim() }),
    ...(body.external_id !== undefined && { externalId: body.external_id }),
    ...(body.handle !== undefined && { handle: body.handle }),
    ...(body.is_auto_membership_enabled !== undefined && {
      isAutoMembershipEnabled: body.is_auto_membership_enabled,
    }),
  }
}
