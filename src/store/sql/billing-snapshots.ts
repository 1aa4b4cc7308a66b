// What an event of a customer says: the agreement, and of usage the record and the sum of its period. Kinde documents no shape of
// them; these are the names that receivers look for (C§12).
import type { Expression, Kysely } from 'kysely'
import { z } from 'zod'
import type { JsonObject } from '../../oauth/index.ts'
import { usageParts } from '../billing-store.ts'
import type { Tables } from './tables.ts'

/** Queries for the rows of the event that is updated. */
export function billingSnapshots(builder: Kysely<Tables>, subject: Expression<string>) {
  const agreements = builder
    .selectFrom('billing_agreements')
    .select(['id', 'user_id', 'organization_code', 'plan_code', 'plan_name'])
    .where('billing_agreements.id', '=', subject)
  const usage = builder
    .selectFrom('billing_usage_records as record')
    .innerJoin('billing_agreements as agreement', 'agreement.id', 'record.agreement_id')
    .innerJoin('billing_usage as sum', (join) =>
      join
        .onRef('sum.agreement_id', '=', 'record.agreement_id')
        .onRef('sum.period_start_ms', '=', 'record.period_start_ms')
        .onRef('sum.feature_code', '=', 'record.feature_code'),
    )
    .select([
      'agreement.id as id',
      'agreement.user_id as user_id',
      'agreement.organization_code as organization_code',
      'agreement.plan_code as plan_code',
      'agreement.plan_name as plan_name',
      'record.feature_code as feature_code',
      'record.type as type',
      'record.value as value',
      'record.used_at_ms as used_at_ms',
      'sum.total as total',
    ])
    .where('record.id', '=', subject)
  return { agreements, usage }
}

const agreementRow = z.object({
  id: z.string(),
  user_id: z.string().nullable(),
  organization_code: z.string().nullable(),
  plan_code: z.string(),
  plan_name: z.string(),
})
const usageRow = agreementRow.extend({
  feature_code: z.string(),
  type: z.string(),
  value: z.number(),
  used_at_ms: z.number(),
  total: z.number(),
})
const snapshot = z.union([
  z.object({ usage: z.tuple([usageRow]) }),
  z.object({ agreements: z.tuple([agreementRow]) }),
])

/** Throws ZodError for a snapshot of another form. */
export function billingEventData(rows: unknown): JsonObject {
  const parsed = snapshot.parse(rows)
  if ('agreements' in parsed) return agreementData(parsed.agreements[0])
  const [row] = parsed.usage
  return {
    ...agreementData(row),
    feature_code: row.feature_code,
    meter_type_code: row.type,
    meter_value: units(row.value),
    meter_usage_timestamp: new Date(row.used_at_ms).toISOString(),
    quantity: units(row.total),
  }
}

function agreementData(row: z.output<typeof agreementRow>): JsonObject {
  const customerId = row.organization_code ?? row.user_id
  return {
    customer: { id: customerId },
    customer_id: customerId,
    org_code: row.organization_code,
    user_id: row.user_id,
    agreement_id: row.id,
    plan: { code: row.plan_code, name: row.plan_name },
  }
}

function units(parts: number): number {
  return parts / usageParts
}
