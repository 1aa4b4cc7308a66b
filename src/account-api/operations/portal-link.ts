// A link to the account pages of the user, for an application to lead there. It opens nothing by itself: docs/decisions/0109.
import { z } from 'zod'
import { issuePortalLink, mayReturnTo } from '../../directory/index.ts'
import { RequestError } from '../../management/index.ts'
import { accountOperation } from '../account-operation.ts'

export const portalOperations = [
  accountOperation({
    path: '/portal_link',
    operationId: 'GetPortalLink',
    summary:
      'A link to the account pages of the user, which works once, for five minutes. `subnav` (or `sub_nav`) names the page; an unknown one is the profile. `return_url` is where the pages lead back to, on an origin of the application.',
    query: z.object({
      subnav: z.string().max(100).optional(),
      sub_nav: z.string().max(100).optional(),
      return_url: z.string().max(2_000).optional(),
    }),
    answer: z.strictObject({ url: z.url() }),
    async handle({ query }, { subject, application, organization }, { store, random, nowMs, issuerUrl }) {
      const { subnav, sub_nav, return_url: returnUrl = null } = query
      if (returnUrl !== null && !mayReturnTo(returnUrl, application)) {
        throw new RequestError(
          'INVALID_REQUEST',
          'return_url: it must be an http or https address on an origin of this application (its redirect URIs, logout URIs, homepage or corsOrigins).',
        )
      }
      const link = {
        userId: subject.user.id,
        clientId: application.clientId,
        organizationCode: organization?.code ?? null,
        returnUrl,
        page: subnav ?? sub_nav ?? 'profile',
      }
      const key = await issuePortalLink(link, { store, random, now: nowMs })
      return { url: `${issuerUrl}/portal_redirect?key=${key}` }
    },
  }),
]
