// Changes of an organization.
import { z } from 'zod'
import { updateOrganization, type OrganizationUpdate } from '../../directory/index.ts'
import type { OrganizationRecord } from '../../store/index.ts'
import { lookFields, plannedLook } from '../branding/look.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'
import {
  allowedDomainsField,
  autoMembership,
  externalIdField,
  handleField,
  nameField,
  senderFields,
  senderSettings,
} from './organization-fields.ts'

const updateBody = z.strictObject({
  name: nameField.optional(),
  external_id: externalIdField.optional(),
  handle: handleField.optional(),
  is_allow_registrations: z.boolean().optional(),
  is_auto_membership_enabled: z.boolean().optional(),
  is_auto_join_domain_list: z.boolean().optional(),
  allowed_domains: allowedDomainsField.optional(),
  is_suspended: z.boolean().optional(),
  ...senderFields,
  ...lookFields,
})

export const organizationUpdatesOperations = [
  operation({
    method: 'patch',
    path: '/organization/{org_code}',
    operationId: 'updateOrganization',
    summary:
      'Updates the given fields of an organization. `is_suspended` ends the tokens of its members for it, and it gets no others until it is false. `expand` changes nothing of the answer.',
    scope: 'update:organizations',
    organizationBound: ofPath,
    query: z.object({ expand: z.string().optional() }),
    body: updateBody,
    // Nothing enforces a second factor before Mintage has one, and every organization has what Kinde calls advanced.
    notSupported: ['is_enable_advanced_orgs', 'is_enforce_mfa'],
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const organization = await foundOrganization(deps, path.org_code)
      if (body.is_suspended === true && organization.isDefault)
        throw new RequestError(
          'INVALID_REQUEST',
          'is_suspended: the default organization cannot be suspended',
        )
      const look = await plannedLook({ kind: 'organization', code: organization.code }, body, deps)
      const update = updateOf(body, organization, deps.nowMs())
      await updateOrganization(organization, { ...update, look }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organization/{org_code}/handle',
    operationId: 'DeleteOrganizationHandle',
    summary: 'Removes the handle of an organization.',
    scope: 'delete:organization_handles',
    organizationBound: ofPath,
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
function updateOf(
  body: z.output<typeof updateBody>,
  { settings: before }: OrganizationRecord,
  nowMs: number,
): OrganizationUpdate {
  const isAutoMembershipEnabled = autoMembership(body)
  const { is_auto_join_domain_list: isAutoJoin, allowed_domains: domains, is_suspended: isSuspended } = body
  return {
    settings: {
      ...senderSettings(body),
      ...(isAutoJoin !== undefined && { isAutoJoinDomainList: isAutoJoin || undefined }),
      ...(domains && { allowedDomains: domains.length === 0 ? undefined : [...new Set(domains)] }),
      ...(isSuspended !== undefined && {
        suspendedAtMs: isSuspended ? (before.suspendedAtMs ?? nowMs) : undefined,
      }),
    },
    ...(body.name !== undefined && { name: body.name.trim() }),
    ...(body.external_id !== undefined && { externalId: body.external_id }),
    ...(body.handle !== undefined && { handle: body.handle }),
    ...(isAutoMembershipEnabled !== undefined && { isAutoMembershipEnabled }),
  }
}
