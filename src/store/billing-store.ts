// Billing: the plans that the environment offers, what its customers agreed to, and how much of it they used. A customer is a user or an
// organization. An agreement keeps the plan as it was when it was made, so that a later change of the plan changes no agreement.

import type { Page, PageRequest } from './page.ts'

export const customerKinds = ['organization', 'user'] as const
export type CustomerKind = (typeof customerKinds)[number]

export const billingPeriods = ['month', 'year'] as const
export type BillingPeriod = (typeof billingPeriods)[number]

/** What a plan gives of one feature, and at which price. */
export interface PlannedFeature {
  readonly code: string
  readonly name: string
  readonly priceName: string
  /** In cents, for each period; null without such a price. */
  readonly fixedCharge: number | null
  /** In cents, for each unit; null without such a price. */
  readonly unitAmount: number | null
  /** Units; null without a limit. */
  readonly min: number | null
  readonly max: number | null
}

/** A document of the catalog. */
export interface BillingPlanRecord {
  readonly id: string
  readonly code: string
  readonly name: string
  /** Who may have it. */
  readonly customer: CustomerKind
  readonly period: BillingPeriod
  readonly features: readonly PlannedFeature[]
}

export interface CustomerKey {
  readonly kind: CustomerKind
  /** The id of the user, or the code of the organization. */
  readonly id: string
}

export interface EntitlementRecord extends PlannedFeature {
  readonly id: string
}

export interface AgreementRecord {
  readonly id: string
  readonly customer: CustomerKey
  readonly planCode: string
  readonly planName: string
  readonly period: BillingPeriod
  readonly entitlements: readonly EntitlementRecord[]
  readonly startedAtMs: number
  /** Null while it holds. A customer has at most one such agreement. */
  readonly endedAtMs: number | null
}

/** Units of usage are counted in thousandths, so that sums are exact. */
export const usageParts = 1_000

export const usageTypes = ['delta', 'absolute'] as const

export interface UsageRecord {
  readonly id: string
  readonly agreementId: string
  readonly featureCode: string
  /** `delta` is added to the usage of the period, `absolute` replaces it. */
  readonly type: (typeof usageTypes)[number]
  /** In thousandths of a unit. */
  readonly value: number
  readonly usedAtMs: number
  /** When the period began that it counts for. */
  readonly periodStartMs: number
  readonly recordedAtMs: number
}

export type BillingChange =
  /** Compare-and-set: loses when the customer has an agreement that holds. */
  | {
      readonly kind: 'add-agreement'
      readonly agreement: AgreementRecord
      /** Of the agreement that this one replaces. */
      readonly previousPlanCode: string | null
    }
  /** Compare-and-set: loses when it ended before. */
  | { readonly kind: 'end-agreement'; readonly agreementId: string; readonly atMs: number }
  | { readonly kind: 'record-usage'; readonly usage: UsageRecord }

/** The usage of one feature in one period, in thousandths of a unit. */
export interface UsageSum {
  readonly featureCode: string
  readonly periodStartMs: number
  readonly total: number
}

export interface AgreementInFull extends AgreementRecord {
  readonly usage: readonly UsageSum[]
}

export interface BillingStore {
  agreement(id: string): Promise<AgreementRecord | undefined>
  /** The one that holds. */
  currentAgreement(customer: CustomerKey): Promise<AgreementRecord | undefined>
  /** By id, each with what was used of it, for an export. */
  agreementsInFull(page: PageRequest): Promise<Page<AgreementInFull>>
  /** What was used in the period that began then, in thousandths of a unit, by feature. */
  usage(agreementId: string, periodStartMs: number): Promise<ReadonlyMap<string, number>>
}
