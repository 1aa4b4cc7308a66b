// Meter usage: how much of a feature a customer used. Each record is kept, and the sum of each period of the agreement.
import { z } from 'zod'
import { mostUnits, periodAt, recordUsage } from '../../directory/index.ts'
import { usageParts, usageTypes, type AgreementRecord } from '../../store/index.ts'
import { doneSchema, isoTime, ok, openSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { foundAgreement } from './customers.ts'

/** The clock of the caller may differ from ours. */
const clockAllowanceMs = 5 * 60_000

/** A number of units with at most three decimals. */
const meterValue = z
  .string()
  .regex(/^\d{1,13}(\.\d{1,3})?$/, 'expected a number of at least 0 with at most three decimals, as a string')
  .refine((text) => Number(text) <= mostUnits, `expected at most ${mostUnits}`)

const dateTime = z.iso.datetime({ offset: true })
/** Kinde's own example has an offset with only hours. */
const withMinutes = (text: string) => text.replace(/([+-]\d{2})$/, '$1:00')
const timestamp = z
  .string()
  .max(50)
  .refine(
    (text) => dateTime.safeParse(withMinutes(text)).success,
    'expected a time with its offset, such as 2026-07-01T09:30:00Z',
  )

function timeOf(text: string | undefined, nowMs: number): number {
  return text === undefined ? nowMs : Date.parse(withMinutes(text))
}

const usageSchema = z.object({
  feature_code: z.string(),
  feature_name: z.string(),
  /** Units used in the period. */
  quantity: z.number(),
  entitlement_limit_max: z.int().nullable(),
})

export const meterUsageOperations = [
  operation({
    method: 'post',
    path: '/billing/meter_usage',
    operationId: 'createMeterUsageRecord',
    summary:
      'Counts usage of a feature for the period of the agreement that `meter_usage_timestamp` is in (now when left out). `delta`, when `meter_type_code` is left out, adds to the usage of the period; `absolute` replaces it.',
    scope: 'create:meter_usage',
    // What an organization used is not its own to say.
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      customer_agreement_id: z.string().max(200),
      billing_feature_code: z.string().max(200),
      meter_value: meterValue,
      meter_usage_timestamp: timestamp.optional(),
      meter_type_code: z.enum(usageTypes).optional(),
    }),
    answer: doneSchema,
    async handle({ body }, deps) {
      const agreement = await foundAgreement(deps, body.customer_agreement_id)
      const { billing_feature_code: featureCode, meter_type_code: type = 'delta' } = body
      const value = Math.round(Number(body.meter_value) * usageParts)
      refuseOtherFeature(featureCode, agreement)
      const usedAtMs = timeOf(body.meter_usage_timestamp, deps.nowMs())
      refuseTime(usedAtMs, agreement, deps.nowMs())
      if (type === 'delta') {
        const sums = await deps.store.billing.usage(agreement.id, periodAt(agreement, usedAtMs).startMs)
        if ((sums.get(featureCode) ?? 0) + value > mostUnits * usageParts)
          throw new RequestError(
            'INVALID_REQUEST',
            `body.meter_value: the usage of a period is at most ${mostUnits}`,
          )
      }
      await recordUsage(agreement, { featureCode, type, value, usedAtMs }, deps)
      return ok({})
    },
  }),
  operation({
    method: 'get',
    path: '/mintage/billing_usage',
    operationId: 'getBillingUsage',
    summary:
      'How much of each feature of an agreement was used in the period that `at` is in (now when left out). Kinde has no such operation.',
    scope: 'read:billing_agreements',
    organizationBound: 'refused',
    query: z.object({ customer_agreement_id: z.string().max(200), at: timestamp.optional() }),
    body: noBody,
    answer: openSchema({
      period_start: z.string(),
      period_end: z.string(),
      usage: z.array(usageSchema),
    }),
    async handle({ query }, { store, nowMs }) {
      const agreement = await foundAgreement({ store }, query.customer_agreement_id)
      const { startMs, endMs } = periodAt(agreement, timeOf(query.at, nowMs()))
      const sums = await store.billing.usage(agreement.id, startMs)
      return ok({
        period_start: isoTime(startMs),
        period_end: isoTime(endMs),
        usage: agreement.entitlements.map(({ code, name, max }) => ({
          feature_code: code,
          feature_name: name,
          quantity: (sums.get(code) ?? 0) / usageParts,
          entitlement_limit_max: max,
        })),
      })
    },
  }),
]

function refuseOtherFeature(code: string, { entitlements, planCode }: AgreementRecord): void {
  if (entitlements.some((one) => one.code === code)) return
  const known = entitlements.map((one) => one.code).join(', ')
  throw new RequestError(
    'ENTITLEMENT_NOT_FOUND',
    `body.billing_feature_code: the agreement on the plan ${planCode} has no feature ${JSON.stringify(code)}. ${
      known === '' ? 'It has none.' : `It has ${known}.`
    }`,
  )
}

function refuseTime(usedAtMs: number, { startedAtMs, endedAtMs }: AgreementRecord, nowMs: number): void {
  const refuse = (message: string) => {
    throw new RequestError('INVALID_REQUEST', `body.meter_usage_timestamp: ${message}`)
  }
  if (usedAtMs < startedAtMs - clockAllowanceMs)
    refuse(`the agreement began on ${isoTime(startedAtMs)}; send a later time`)
  if (endedAtMs !== null && usedAtMs > endedAtMs + clockAllowanceMs)
    refuse(`the agreement ended on ${isoTime(endedAtMs)}; send an earlier time, or the agreement that holds`)
  if (usedAtMs > nowMs + clockAllowanceMs) refuse(`expected a time that is not in the future`)
}
