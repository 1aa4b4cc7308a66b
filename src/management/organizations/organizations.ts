// Organizations. Their billing is read here; it is set by agreements (billing/agreements.ts).
import { z } from 'zod'
import {
  brandingOf,
  createOrganization,
  deleteOrganization,
  isSuspended,
  newAgreement,
  newId,
} from '../../directory/index.ts'
import { listOrders, type OrganizationRecord, type Store } from '../../store/index.ts'
import { doneSchema, expanded, isoTime, ok, okSchema } from '../envelope.ts'
import { lookFields, lookOf, lookSchema, plannedLook } from '../branding/look.ts'
import { planFor } from '../billing/customers.ts'
import { givenFlags } from '../flag-overrides.ts'
import { foundOrganization } from '../found.ts'
import {
  autoMembership,
  billingFields,
  billingSettings,
  externalIdField,
  handleField,
  nameField,
  senderFields,
  senderSettings,
} from './organization-fields.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { listedPage, nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'

const basics = {
  code: z.string(),
  name: z.string(),
  handle: z.string().nullable(),
  is_default: z.boolean(),
  external_id: z.string().nullable(),
  is_auto_membership_enabled: z.boolean(),
}

export const organizationsOperations = [
  operation({
    method: 'get',
    path: '/organization',
    operationId: 'getOrganization',
    summary:
      'One organization; `code` is its own code here. `expand=billing` adds its customer id, the billing address that it was created with, and its agreement.',
    scope: 'read:organizations',
    organizationBound: { organization: ({ query }) => query.code },
    query: z.object({ code: z.string().max(200), expand: z.string().optional() }),
    body: noBody,
    answer: z.strictObject({
      ...basics,
      ...lookSchema,
      allowed_domains: z.array(z.string()),
      created_on: z.string(),
      is_allow_registrations: z.boolean().nullable(),
      sender_name: z.string().nullable(),
      sender_email: z.string().nullable(),
      is_suspended: z.boolean(),
      suspended_on: z.string().nullable(),
      billing: z
        .strictObject({
          billing_customer_id: z.string(),
          billing_email: z.string().optional(),
          agreements: z.array(z.strictObject({ plan_code: z.string(), agreement_id: z.string() })),
        })
        .optional(),
    }),
    async handle({ query }, deps) {
      const organization = await foundOrganization(deps, query.code)
      const { suspendedAtMs } = organization.settings
      const look = await brandingOf({ kind: 'organization', code: organization.code }, deps)
      return {
        ...basicsOf(organization),
        ...lookOf(look, deps.issuerUrl),
        allowed_domains: [...(organization.settings.allowedDomains ?? [])],
        created_on: isoTime(organization.createdAtMs),
        is_allow_registrations: organization.isAutoMembershipEnabled,
        sender_name: organization.settings.senderName ?? null,
        sender_email: organization.settings.senderEmail ?? null,
        is_suspended: isSuspended(organization),
        suspended_on: suspendedAtMs === undefined ? null : isoTime(suspendedAtMs),
        ...(expanded(query.expand).has('billing') && { billing: await billingOf(organization, deps) }),
      }
    },
  }),
  operation({
    method: 'get',
    path: '/organizations',
    operationId: 'getOrganizations',
    summary:
      'Organizations, page by page, by their codes unless `sort` says otherwise. They have no address, so `email_asc` and `email_desc` sort by the code.',
    scope: 'read:organizations',
    organizationBound: { narrowed: 'its own organization alone' },
    query: z.object({ ...pageQuery, sort: z.enum(listOrders).optional() }),
    body: noBody,
    answer: okSchema({ organizations: z.array(z.strictObject(basics)), ...nextToken }),
    async handle({ query }, { store }, { organizationCode }) {
      const page =
        organizationCode === null
          ? await listedPage(() => store.directory.organizations(pageRequest(query), query.sort))
          : { items: [await foundOrganization({ store }, organizationCode)] }
      return ok({ organizations: page.items.map(basicsOf), ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'post',
    path: '/organization',
    operationId: 'createOrganization',
    summary:
      'Creates an organization without members. `is_create_billing_customer` needs `billing_email`, which is kept for your billing system; `billing_plan_code` makes its first agreement.',
    scope: 'create:organizations',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name: nameField,
      external_id: externalIdField.optional(),
      handle: handleField.optional(),
      is_allow_registrations: z.boolean().optional(),
      is_auto_membership_enabled: z.boolean().optional(),
      ...senderFields,
      ...lookFields,
      feature_flags: z.record(z.string(), z.string().max(10_000)).optional(),
      ...billingFields,
    }),
    answer: okSchema({
      organization: z.strictObject({ code: z.string(), billing_customer_id: z.string() }),
    }),
    async handle({ body }, deps) {
      const code = newId('organization', deps.random)
      const { name, handle, external_id: externalId } = body
      const isAutoMembershipEnabled = autoMembership(body)
      const catalog = await deps.store.directory.catalog()
      const featureFlags = givenFlags(body.feature_flags ?? {}, catalog)
      const billing = billingSettings(body)
      const { billing_plan_code: planCode } = body
      const plan =
        planCode === undefined ? undefined : planFor('organization', planCode, 'billing_plan_code', catalog)
      await createOrganization(
        {
          code,
          name,
          handle,
          externalId,
          isAutoMembershipEnabled,
          featureFlags,
          settings: { ...senderSettings(body), ...billing },
          agreement: plan && newAgreement({ kind: 'organization', id: code }, plan, deps),
          look: await plannedLook({ kind: 'organization', code }, body, deps),
        },
        deps,
      )
      return ok({ organization: { code, billing_customer_id: code } })
    },
  }),
  operation({
    method: 'delete',
    path: '/organization/{org_code}',
    operationId: 'deleteOrganization',
    summary:
      'Deletes an organization with its memberships and property values. Tokens for it are revoked; its users stay.',
    scope: 'delete:organizations',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteOrganization(await foundOrganization(deps, path.org_code), deps)
      return ok({})
    },
  }),
]

async function billingOf(
  { code, settings: { billingEmail } }: OrganizationRecord,
  { store }: { readonly store: Pick<Store, 'billing'> },
) {
  const agreement = await store.billing.currentAgreement({ kind: 'organization', id: code })
  const agreements = [agreement]
    .filter((one) => one !== undefined)
    .map(({ id, planCode }) => ({ plan_code: planCode, agreement_id: id }))
  return {
    billing_customer_id: code,
    ...(billingEmail !== undefined && { billing_email: billingEmail }),
    agreements,
  }
}

function basicsOf(organization: OrganizationRecord) {
  return {
    code: organization.code,
    name: organization.name,
    handle: organization.handle,
    is_default: organization.isDefault,
    external_id: organization.externalId,
    is_auto_membership_enabled: organization.isAutoMembershipEnabled,
  }
}
