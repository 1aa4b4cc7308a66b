// Billing: joining a customer to a plan, and counting what is used. Mintage takes no money and sends no invoices.
import {
  usageParts,
  type AgreementRecord,
  type BillingPlanRecord,
  type CustomerKey,
  type UsageRecord,
} from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, type OperationDeps } from './operation.ts'

/** Most units of one record, so that the thousandths of a sum stay exact. */
export const mostUnits = 1_000_000_000_000

/**
 * Makes an agreement on the plan as it is now, and ends the one that the customer has. Rejects with ChangedMeanwhileError when that ended,
 * or another one was made, meanwhile.
 */
export async function createAgreement(
  customer: CustomerKey,
  plan: BillingPlanRecord,
  previous: AgreementRecord | undefined,
  deps: OperationDeps,
): Promise<AgreementRecord> {
  const atMs = deps.now()
  const agreement = newAgreement(customer, plan, deps)
  await deps.store.commit([
    ...(previous ? [{ kind: 'end-agreement', agreementId: previous.id, atMs } as const] : []),
    { kind: 'add-agreement', agreement, previousPlanCode: previous?.planCode ?? null },
    audited(deps, userOf(customer), {
      ...organizationOf(customer),
      agreement_id: agreement.id,
      plan_code: plan.code,
      replaces: previous && { agreement_id: previous.id, plan_code: previous.planCode },
    }),
  ])
  return agreement
}

/** On the plan as it is now, from now on. */
export function newAgreement(
  customer: CustomerKey,
  plan: BillingPlanRecord,
  { random, now }: Pick<OperationDeps, 'random' | 'now'>,
): AgreementRecord {
  return {
    id: newId('agreement', random),
    customer,
    planCode: plan.code,
    planName: plan.name,
    period: plan.period,
    entitlements: plan.features.map((feature) => ({ id: newId('entitlement', random), ...feature })),
    startedAtMs: now(),
    endedAtMs: null,
  }
}

export interface GivenUsage {
  readonly featureCode: string
  readonly type: UsageRecord['type']
  /** In thousandths of a unit. */
  readonly value: number
  readonly usedAtMs: number
}

/** Counts for the period of the agreement in which it was used. */
export async function recordUsage(
  agreement: AgreementRecord,
  { featureCode, type, value, usedAtMs }: GivenUsage,
  deps: OperationDeps,
): Promise<void> {
  const usage: UsageRecord = {
    id: newId('usageRecord', deps.random),
    agreementId: agreement.id,
    featureCode,
    type,
    value,
    usedAtMs,
    periodStartMs: periodAt(agreement, usedAtMs).startMs,
    recordedAtMs: deps.now(),
  }
  const { customer } = agreement
  await deps.store.commit([
    { kind: 'record-usage', usage },
    audited(deps, userOf(customer), {
      ...organizationOf(customer),
      agreement_id: agreement.id,
      usage_id: usage.id,
      feature_code: featureCode,
      [type]: value / usageParts,
      used_at: new Date(usedAtMs).toISOString(),
    }),
  ])
}

function userOf({ kind, id }: CustomerKey): string | null {
  return kind === 'user' ? id : null
}

function organizationOf({ kind, id }: CustomerKey): { readonly org_code?: string } {
  return kind === 'organization' ? { org_code: id } : {}
}

/**
 * The period of an agreement that a time is in. Periods follow each other from the day of the agreement on; in a month that has no such day
 * a period begins on its last one. A time before the agreement is in its first period.
 */
export function periodAt(
  { startedAtMs, period }: Pick<AgreementRecord, 'startedAtMs' | 'period'>,
  givenMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const atMs = Math.max(givenMs, startedAtMs)
  const step = period === 'year' ? 12 : 1
  const [start, at] = [new Date(startedAtMs), new Date(atMs)]
  const months =
    (at.getUTCFullYear() - start.getUTCFullYear()) * 12 + (at.getUTCMonth() - start.getUTCMonth())
  // At most one too many: the day of this month's period may be yet to come.
  let count = Math.floor(months / step)
  if (monthsAfter(start, count * step) > atMs) count -= 1
  return { startMs: monthsAfter(start, count * step), endMs: monthsAfter(start, (count + 1) * step) }
}

function monthsAfter(start: Date, months: number): number {
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + months]
  // Day 0 of the next month is the last one of this.
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const midnight = Date.UTC(year, month, Math.min(start.getUTCDate(), lastDay))
  return midnight + (start.getTime() % 86_400_000)
}
