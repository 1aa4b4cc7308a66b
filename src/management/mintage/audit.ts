// The audit log: sign-ins, refused tries, and each change with who made it.
import { z } from 'zod'
import { isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, operation } from '../operation.ts'

const usualPage = 50
const mostListed = 1_000

export const getAuditRecords = operation({
  method: 'get',
  path: '/mintage/audit',
  operationId: 'getAuditRecords',
  summary: `Records of the audit log, newest first, ${usualPage} unless \`limit\` says otherwise; with \`after\`, those written after that one, oldest first.`,
  scope: 'read:audit',
  organizationBound: 'refused',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(mostListed).optional(),
    /** Whom a record is about. */
    user_id: z.string().max(200).optional(),
    /** The application that made the change, or in which the user acted. */
    client_id: z.string().max(200).optional(),
    event: z.string().max(200).optional(),
    /** Only those written before the one with this sequence number: for the next page. */
    before: z.coerce.number().int().min(0).optional(),
    after: z.coerce.number().int().min(0).optional(),
  }),
  body: noBody,
  answer: openSchema({
    records: z.array(
      z.object({
        sequence: z.int(),
        on: z.string(),
        event: z.string(),
        user_id: z.string().nullable(),
        client_id: z.string().nullable(),
        ip: z.string().nullable(),
        details: z.record(z.string(), z.json()),
      }),
    ),
  }),
  async handle({ query }, { store }) {
    const { limit = usualPage, user_id: userId, client_id: clientId, event, before, after } = query
    const found = await store.audit.list({
      limit,
      ...(userId !== undefined && { userId }),
      ...(clientId !== undefined && { clientId }),
      ...(event !== undefined && { event }),
      ...(before !== undefined && { beforeSequence: before }),
      ...(after !== undefined && { afterSequence: after }),
    })
    const records = found.map(({ atMs, userId: about, clientId: by, ...record }) => ({
      sequence: record.sequence,
      on: isoTime(atMs),
      event: record.event,
      user_id: about,
      client_id: by,
      ip: record.ip,
      details: record.details,
    }))
    return ok({ records })
  },
})
