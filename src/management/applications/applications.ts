// Applications. Their id is the `client_id`.
import { z } from 'zod'
import {
  createApplication,
  deleteApplication,
  updateApplication,
  type ApplicationFields,
} from '../../directory/index.ts'
import { applicationTypes, type ApplicationRecord } from '../../store/index.ts'
import { catalogPage } from '../catalog-page.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundApplication, foundOrganization } from '../found.ts'
import { noBody, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'
import { RequestError } from '../request-error.ts'
import { assertAccessRoles } from './access-roles.ts'
import {
  applicationName,
  assertUsable,
  distinct,
  pageAddress,
  refuseRedirectUris,
  returnAddresses,
} from './application-fields.ts'

const type = z.enum(applicationTypes)

/** What the pages of a sign-in do today, for every application alike: read, and refused when it is to change. */
const look = {
  has_cancel_button: true,
  is_allow_faceless_auth: false,
  is_ask_for_name: true,
  has_marketing_consent: false,
  has_sign_in_link_on_sign_up_page: true,
  has_register_link_on_sign_in_page: true,
  has_sign_in_with_sso_button: false,
  use_gravatar_fallback: false,
} as const

const lookSchema = {
  has_cancel_button: z.boolean(),
  is_allow_faceless_auth: z.boolean(),
  is_ask_for_name: z.boolean(),
  has_marketing_consent: z.boolean(),
  has_sign_in_link_on_sign_up_page: z.boolean(),
  has_register_link_on_sign_in_page: z.boolean(),
  has_sign_in_with_sso_button: z.boolean(),
  use_gravatar_fallback: z.boolean(),
}

export const applicationsOperations = [
  operation({
    method: 'get',
    path: '/applications',
    operationId: 'getApplications',
    summary: 'Applications, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:applications',
    organizationBound: 'refused',
    query: z.object({ ...pageQuery, sort: z.enum(['name_asc', 'name_desc']).optional() }),
    body: noBody,
    answer: okSchema({
      applications: z.array(z.strictObject({ id: z.string(), name: z.string(), type })),
      ...nextToken,
    }),
    async handle({ query }, { store }) {
      const { applications } = await store.directory.catalog()
      const sortable = applications.map(({ clientId: id, name, type: kind }) => ({ id, key: id, name, kind }))
      const page = catalogPage(sortable, query.sort ?? 'name_asc', pageRequest(query))
      const shown = page.items.map(({ id, name, kind }) => ({ id, name, type: kind }))
      return ok({ applications: shown, ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'post',
    path: '/applications',
    operationId: 'createApplication',
    summary:
      'Creates an application. `reg` and `m2m` get a client secret. With `org_code`, an `m2m` application works for that organization alone.',
    scope: 'create:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({ name: applicationName, type, org_code: z.string().min(1).max(200).nullish() }),
    status: 201,
    answer: okSchema({
      application: z.strictObject({
        id: z.string(),
        client_id: z.string(),
        client_secret: z.string().nullable(),
      }),
    }),
    async handle({ body }, deps) {
      const organizationCode = await organizationOf(body, deps)
      const given = { name: body.name, type: body.type, lifetimes: deps.tokenLifetimes, organizationCode }
      const { clientId, clientSecret } = await createApplication(given, deps)
      return ok({ application: { id: clientId, client_id: clientId, client_secret: clientSecret } })
    },
  }),
  operation({
    method: 'get',
    path: '/applications/{application_id}',
    operationId: 'getApplication',
    summary: 'An application with its client secret, which is null when the application has none.',
    scope: 'read:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      application: z.strictObject({
        id: z.string(),
        name: z.string(),
        type,
        client_id: z.string(),
        client_secret: z.string().nullable(),
        login_uri: z.string().nullable(),
        homepage_uri: z.string().nullable(),
        is_access_control_enabled: z.boolean(),
        ...lookSchema,
      }),
    }),
    async handle({ path }, deps) {
      return ok({ application: shown(await foundApplication(deps, path.application_id)) })
    },
  }),
  operation({
    method: 'patch',
    path: '/applications/{application_id}',
    operationId: 'updateApplication',
    summary: 'Changes an application. The next request of the application goes by it.',
    scope: 'update:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      name: applicationName.optional(),
      redirect_uris: returnAddresses.optional(),
      logout_uris: returnAddresses.optional(),
      login_uri: pageAddress.optional(),
      homepage_uri: pageAddress.optional(),
      is_access_control_enabled: z.boolean().optional(),
    }),
    notSupported: [
      'language_key',
      'is_allow_faceless_auth',
      'is_ask_for_name',
      'has_marketing_consent',
      'has_sign_in_link_on_sign_up_page',
      'has_register_link_on_sign_in_page',
      'has_sign_in_with_sso_button',
      'use_gravatar_fallback',
    ],
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = await foundApplication(deps, path.application_id)
      if (body.redirect_uris !== undefined) refuseRedirectUris(before)
      const fields: ApplicationFields = {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.redirect_uris && { redirectUris: distinct(body.redirect_uris) }),
        ...(body.logout_uris && { logoutUris: distinct(body.logout_uris) }),
        ...(body.login_uri !== undefined && { loginUri: body.login_uri }),
        ...(body.homepage_uri !== undefined && { homepageUri: body.homepage_uri }),
        ...(body.is_access_control_enabled !== undefined && {
          isAccessControlEnabled: body.is_access_control_enabled,
        }),
      }
      if (body.is_access_control_enabled === true) assertAccessRoles(before.accessRoleIds)
      await assertUsable({ ...before, ...fields }, deps)
      await updateApplication(before, fields, catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/applications/{application_id}',
    operationId: 'deleteApplication',
    summary: 'Deletes an application. What was granted to it ends at once, and so do its tokens.',
    scope: 'delete:applications',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteApplication(await foundApplication(deps, path.application_id), deps)
      return ok({})
    },
  }),
]

async function organizationOf(
  {
    type: kind,
    org_code: code,
  }: { readonly type: ApplicationRecord['type']; readonly org_code?: string | null | undefined },
  deps: HandlerDeps,
): Promise<string | null> {
  if (code === undefined || code === null) return null
  if (kind !== 'm2m')
    throw new RequestError(
      'INVALID_REQUEST',
      'org_code: only an m2m application works for one organization alone.',
    )
  return (await foundOrganization(deps, code)).code
}

function shown({
  clientId,
  name,
  type: kind,
  clientSecret,
  loginUri,
  homepageUri,
  isAccessControlEnabled = false,
}: ApplicationRecord) {
  return {
    id: clientId,
    name,
    type: kind,
    client_id: clientId,
    client_secret: clientSecret,
    login_uri: loginUri,
    homepage_uri: homepageUri,
    is_access_control_enabled: isAccessControlEnabled,
    ...look,
  }
}
