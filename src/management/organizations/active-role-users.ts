// How many of those who have a role in an organization were given an access token in a period of up to three days.
import { z } from 'zod'
import { activityKeptDays } from '../../store/index.ts'
import { ok, okSchema } from '../envelope.ts'
import { foundOrganization, foundRole } from '../found.ts'
import { noBody, operation } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'

const secondMs = 1_000
const dayMs = 86_400_000
const mostDays = 3

const time = z.iso.datetime({ error: 'expected a time in UTC, such as 2026-07-01T00:00:00Z' })

export const activeRoleUsersOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/roles/{role_id}/active_users/count',
    operationId: 'GetOrganizationRoleActiveUsersCount',
    summary:
      'How many members with a role were given an access token, for any organization, between two times (inclusive, to the second, less than 3 days apart). Of a period shorter than an hour, only the first and the last token of each user in the hour are known.',
    scope: 'read:organization_user_roles',
    organizationBound: ofPath,
    query: z.object({ date_time_from: time, date_time_to: time }),
    body: noBody,
    answer: okSchema({
      active_users_count: z.int(),
      date_time_from: z.string(),
      date_time_to: z.string(),
    }),
    async handle({ path, query }, { store, nowMs }) {
      const { code } = await foundOrganization({ store }, path.org_code)
      const role = await foundRole({ store }, path.role_id)
      const from = Math.floor(Date.parse(query.date_time_from) / secondMs)
      const to = Math.ceil(Date.parse(query.date_time_to) / secondMs)
      checkPeriod(from * secondMs, to * secondMs, nowMs())
      const period = { fromMs: from * secondMs, toMs: (to + 1) * secondMs - 1 }
      return ok({
        active_users_count: await store.activity.activeWithRole(code, role.id, period),
        date_time_from: textOf(from),
        date_time_to: textOf(to),
      })
    },
  }),
]

/** Throws RequestError. */
function checkPeriod(fromMs: number, toMs: number, nowMs: number): void {
  if (toMs < fromMs)
    throw new RequestError(
      'INVALID_REQUEST',
      'date_time_to: expected a time that is not before date_time_from',
    )
  if (toMs >= fromMs + mostDays * dayMs)
    throw new RequestError(
      'DATE_TIME_RANGE_TOO_LARGE',
      'date_time_to has to be earlier than date_time_from plus 3 days.',
    )
  if (fromMs < nowMs - activityKeptDays * dayMs)
    throw new RequestError(
      'INVALID_REQUEST',
      `date_time_from: tokens are remembered for ${String(activityKeptDays)} days`,
    )
}

function textOf(seconds: number): string {
  return new Date(seconds * secondMs).toISOString().replace('.000Z', 'Z')
}
