// How people sign in to an organization: second factors, and how long their sessions live.
import { z } from 'zod'
import { updateOrganization } from '../../directory/index.ts'
import { factorKinds, type OrganizationSessions } from '../../store/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noQuery, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'

/** A year: no session of a server lives longer than `settings.session.maximumSeconds`, which cuts it. */
const longestSessionSeconds = 31_536_000

/** A switch without its value would change nothing. Throws RequestError. */
function refuseWithoutValue({
  isPersistenceOwn,
  persistence,
  isLifetimeOwn,
  lifetimeSeconds,
}: { readonly [Name in keyof OrganizationSessions]: OrganizationSessions[Name] | undefined }): void {
  if (isPersistenceOwn === true && persistence === undefined)
    throw new RequestError(
      'INVALID_REQUEST',
      'sso_session_persistence_mode: needed while is_use_org_sso_session_policy is true',
    )
  if (isLifetimeOwn === true && lifetimeSeconds === undefined)
    throw new RequestError(
      'INVALID_REQUEST',
      'authenticated_session_lifetime: needed while is_use_org_authenticated_session_lifetime is true',
    )
}

export const organizationPoliciesOperations = [
  operation({
    method: 'put',
    path: '/organizations/{org_code}/mfa',
    operationId: 'ReplaceOrganizationMFA',
    summary: 'Which second factors members may use. It is kept; Mintage has no second factors yet.',
    scope: 'update:organization_mfa',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({
      enabled_factors: z.array(z.enum(factorKinds)).max(factorKinds.length),
      is_recovery_codes_enabled: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const organization = await foundOrganization(deps, path.org_code)
      const mfa = {
        enabledFactors: factorKinds.filter((kind) => body.enabled_factors.includes(kind)),
        isRecoveryCodesEnabled: body.is_recovery_codes_enabled ?? true,
      }
      await updateOrganization(organization, { settings: { mfa } }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'patch',
    path: '/organizations/{org_code}/sessions',
    operationId: 'UpdateOrganizationSessions',
    summary:
      'How long the browser session of a user lives that has signed in to the organization: until the browser is closed (`non_persistent`), and for how many seconds without being used. A value acts while its `is_use_…` is true, from the next sign-in on; of several organizations the strictest counts.',
    scope: 'update:organizations',
    organizationBound: ofPath,
    query: noQuery,
    body: z.strictObject({
      is_use_org_sso_session_policy: z.boolean().optional(),
      sso_session_persistence_mode: z.enum(['persistent', 'non_persistent']).optional(),
      is_use_org_authenticated_session_lifetime: z.boolean().optional(),
      authenticated_session_lifetime: z.int().min(1).max(longestSessionSeconds).optional(),
    }),
    answer: doneSchema,
    async handle({ path, body }, deps) {
      const organization = await foundOrganization(deps, path.org_code)
      const before = organization.settings.sessions ?? {}
      const sessions = {
        isPersistenceOwn: body.is_use_org_sso_session_policy ?? before.isPersistenceOwn,
        persistence: body.sso_session_persistence_mode ?? before.persistence,
        isLifetimeOwn: body.is_use_org_authenticated_session_lifetime ?? before.isLifetimeOwn,
        lifetimeSeconds: body.authenticated_session_lifetime ?? before.lifetimeSeconds,
      }
      refuseWithoutValue(sessions)
      const given = Object.fromEntries(Object.entries(sessions).filter(([, value]) => value !== undefined))
      await updateOrganization(organization, { settings: { sessions: given } }, deps)
      return ok({})
    },
  }),
]
