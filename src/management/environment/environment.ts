// The environment that this Mintage serves. A Mintage has one environment, which is live; another environment is another Mintage.
import { z } from 'zod'
import { brandingOf } from '../../directory/index.ts'
import { lookOf, lookSchema } from '../branding/look.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'

const environmentSchema = z.strictObject({
  code: z.string(),
  name: z.string(),
  hotjar_site_id: z.string().nullable(),
  google_analytics_tag: z.string().nullable(),
  contentsquare_tag_id: z.string().nullable(),
  is_default: z.boolean(),
  is_live: z.boolean(),
  kinde_domain: z.string(),
  custom_domain: z.string().nullable(),
  ...lookSchema,
})

export const environmentOperations = [
  operation({
    method: 'get',
    path: '/environment',
    operationId: 'getEnvironment',
    summary:
      'The environment of this Mintage: always the default one, and live. `kinde_domain` is the host of the issuer, `custom_domain` that of the first of `settings.customDomains`.',
    scope: 'read:environments',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ environment: environmentSchema }),
    async handle(_input, deps) {
      const { issuerUrl, customDomains: [customDomain] = [] } = deps
      const environment = {
        code: 'default',
        name: 'Default',
        // The pages load nothing of others.
        hotjar_site_id: null,
        google_analytics_tag: null,
        contentsquare_tag_id: null,
        is_default: true,
        is_live: true,
        kinde_domain: new URL(issuerUrl).host,
        custom_domain: customDomain === undefined ? null : new URL(customDomain).host,
        ...lookOf(await brandingOf({ kind: 'environment' }, deps), issuerUrl),
      }
      return ok({ environment })
    },
  }),
]
