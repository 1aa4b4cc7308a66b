// Another client secret for an application. Kinde rotates in its pages only, so this operation is Mintage's own.
import { z } from 'zod'
import { rotateClientSecret } from '../../directory/index.ts'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { foundApplication } from '../found.ts'
import { noBody, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const hourMs = 3_600_000
const mostHours = 30 * 24

export const rotateSecret = operation({
  method: 'post',
  path: '/mintage/applications/{application_id}/secret',
  operationId: 'rotateClientSecret',
  summary:
    'Gives an application another client secret. The old one ends at once, or after `keep_previous_hours` (up to 720), in which both are accepted.',
  scope: 'update:applications',
  organizationBound: 'refused',
  query: z.object({ keep_previous_hours: z.coerce.number().int().min(0).max(mostHours).optional() }),
  body: noBody,
  answer: openSchema({
    application: z.object({
      client_id: z.string(),
      client_secret: z.string(),
      previous_secret_until: z.string().nullable(),
    }),
  }),
  async handle({ path, query }, deps) {
    const catalog = await deps.store.directory.catalog()
    const before = await foundApplication(deps, path.application_id)
    if (before.clientSecret === null)
      throw new RequestError('INVALID_REQUEST', 'The application has no client secret.')
    const keepMs = (query.keep_previous_hours ?? 0) * hourMs
    const { clientSecret, previousUntilMs } = await rotateClientSecret(before, keepMs, catalog, deps)
    return ok({
      application: {
        client_id: before.clientId,
        client_secret: clientSecret,
        previous_secret_until: previousUntilMs === undefined ? null : isoTime(previousUntilMs),
      },
    })
  },
})
