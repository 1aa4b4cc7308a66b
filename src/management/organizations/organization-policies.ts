// How people sign in to an organization: second factors, and how long their sessions live.
import { z } from 'zod'
import { updateOrganization } from '../../directory/index.ts'
import { factorKinds } from '../../store/index.ts'
import { doneSchema, ok } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { noQuery, operation } from '../operation.ts'

const ofPath = {
  organization: ({ path }: { readonly path: { readonly org_code: string } }) => path.org_code,
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
]
