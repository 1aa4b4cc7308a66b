// Billing in SQL. Partial unique indexes hold that a customer has one agreement at a time; the sum of a period is raised in the database,
// so that two records at the same time both count.
import { sql } from 'kysely'
import { z } from 'zod'
import {
  billingPeriods,
  type AgreementInFull,
  type AgreementRecord,
  type BillingChange,
  type BillingStore,
  type CustomerKey,
  type EntitlementRecord,
} from '../billing-store.ts'
import type { Page, PageRequest } from '../page.ts'
import { corrupt } from '../store-error.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { parseJson } from './json-column.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, insert } from './upsert.ts'

type AgreementRow = Tables['billing_agreements']
type UsageRow = Tables['billing_usage']
type RecordRow = Tables['billing_usage_records']

const agreementColumns = {
  id: 'key',
  user_id: 'keep',
  organization_code: 'keep',
  plan_code: 'keep',
  plan_name: 'keep',
  period: 'keep',
  entitlements: 'keep',
  started_at_ms: 'keep',
  ended_at_ms: 'keep',
} as const satisfies Record<keyof AgreementRow, string>

const recordColumns = {
  id: 'key',
  agreement_id: 'keep',
  feature_code: 'keep',
  type: 'keep',
  value: 'keep',
  used_at_ms: 'keep',
  period_start_ms: 'keep',
  recorded_at_ms: 'keep',
} as const satisfies Record<keyof RecordRow, string>

const amount = z.number().nullable()
const entitlements = z.array(
  z.object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    priceName: z.string(),
    fixedCharge: amount,
    unitAmount: amount,
    min: amount,
    max: amount,
  }) satisfies z.ZodType<EntitlementRecord>,
)

export class SqlBillingStore implements BillingStore {
  readonly #database: Database
  readonly #queries: ReturnType<typeof billingQueries>

  constructor(database: Database) {
    this.#database = database
    this.#queries = billingQueries(database)
  }

  agreement(id: string): Promise<AgreementRecord | undefined> {
    return this.#one(this.#queries.agreement({ id }))
  }

  currentAgreement({ kind, id }: CustomerKey): Promise<AgreementRecord | undefined> {
    return this.#one(this.#queries.current[kind]({ id }))
  }

  async agreementsInFull({ size, cursor }: PageRequest): Promise<Page<AgreementInFull>> {
    // One more than asked for tells whether there is another page.
    const rows = await this.#database.all(this.#queries.page({ after: cursor ?? '', limit: size + 1 }))
    const shown = rows.slice(0, size).map(agreementRecord)
    const ids = JSON.stringify(shown.map(({ id }) => id))
    const sums = Map.groupBy(
      await this.#database.all(this.#queries.usageOf({ agreement_ids: ids })),
      ({ agreement_id }) => agreement_id,
    )
    const items = shown.map((agreement) => ({
      ...agreement,
      usage: (sums.get(agreement.id) ?? []).map((row) => ({
        featureCode: row.feature_code,
        periodStartMs: Number(row.period_start_ms),
        total: Number(row.total),
      })),
    }))
    const last = shown.at(-1)
    return rows.length > size && last !== undefined ? { items, nextCursor: last.id } : { items }
  }

  async usage(agreementId: string, periodStartMs: number): Promise<ReadonlyMap<string, number>> {
    const slots = { agreement_id: agreementId, period_start_ms: periodStartMs }
    const rows = await this.#database.all(this.#queries.usage(slots))
    return new Map(rows.map(({ feature_code, total }) => [feature_code, Number(total)]))
  }

  async #one(statement: Statement<AgreementRow>): Promise<AgreementRecord | undefined> {
    const [row] = await this.#database.all(statement)
    return row && agreementRecord(row)
  }
}

function billingQueries({ builder, isIn }: Database) {
  const agreements = builder.selectFrom('billing_agreements').select(columnNames(agreementColumns))
  const current = (column: 'user_id' | 'organization_code') =>
    prepare((slot: { id: string }) => agreements.where(column, '=', slot.id).where('ended_at_ms', 'is', null))
  return {
    agreement: prepare((slot: { id: string }) => agreements.where('id', '=', slot.id)),
    current: { user: current('user_id'), organization: current('organization_code') },
    page: prepare((slot: { after: string; limit: number }) =>
      agreements.where('id', '>', slot.after).orderBy('id').limit(slot.limit),
    ),
    usageOf: prepare((slot: { agreement_ids: string }) =>
      builder
        .selectFrom('billing_usage')
        .selectAll()
        .where(isIn('agreement_id', slot.agreement_ids))
        .orderBy('agreement_id')
        .orderBy('period_start_ms')
        .orderBy('feature_code'),
    ),
    usage: prepare((slot: { agreement_id: string; period_start_ms: number }) =>
      builder
        .selectFrom('billing_usage')
        .select(['feature_code', 'total'])
        .where('agreement_id', '=', slot.agreement_id)
        .where('period_start_ms', '=', slot.period_start_ms),
    ),
  }
}

function agreementRecord(row: AgreementRow): AgreementRecord {
  const { id, user_id: userId, organization_code: code } = row
  const place = { table: 'billing_agreements', row: id, column: 'entitlements' }
  const given = entitlements.safeParse(parseJson(row.entitlements, place))
  if (!given.success) throw corrupt(place.table, id, place.column)
  const period = billingPeriods.find((one) => one === row.period)
  if (period === undefined) throw corrupt(place.table, id, 'period')
  const customer: CustomerKey =
    code === null ? { kind: 'user', id: userId ?? '' } : { kind: 'organization', id: code }
  return {
    id,
    customer,
    planCode: row.plan_code,
    planName: row.plan_name,
    period,
    entitlements: given.data,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}

function agreementRow({ customer, ...agreement }: AgreementRecord): AgreementRow {
  return {
    id: agreement.id,
    user_id: customer.kind === 'user' ? customer.id : null,
    organization_code: customer.kind === 'organization' ? customer.id : null,
    plan_code: agreement.planCode,
    plan_name: agreement.planName,
    period: agreement.period,
    entitlements: JSON.stringify(agreement.entitlements),
    started_at_ms: agreement.startedAtMs,
    ended_at_ms: agreement.endedAtMs,
  }
}

export function billingWrites(database: Database): WritesOf<BillingChange['kind']> {
  const { builder } = database
  const addAgreement = prepare((slot: AgreementRow) =>
    builder
      .insertInto('billing_agreements')
      .values({
        id: slot.id,
        user_id: slot.user_id,
        organization_code: slot.organization_code,
        plan_code: slot.plan_code,
        plan_name: slot.plan_name,
        period: slot.period,
        entitlements: slot.entitlements,
        started_at_ms: slot.started_at_ms,
        ended_at_ms: slot.ended_at_ms,
      })
      // Whichever unique index refuses it: the customer has an agreement.
      .onConflict((conflict) => conflict.doNothing()),
  )
  const end = prepare((slot: { id: string; at_ms: number }) =>
    builder
      .updateTable('billing_agreements')
      .set({ ended_at_ms: slot.at_ms })
      .where('id', '=', slot.id)
      .where('ended_at_ms', 'is', null),
  )
  const addRecord = insert<RecordRow>(database, 'billing_usage_records', recordColumns)
  const count = { delta: countStatement(database, true), absolute: countStatement(database, false) }
  return {
    'add-agreement': ({ agreement }) => [
      { statement: addAgreement(agreementRow(agreement)), mustChange: true },
    ],
    'end-agreement': ({ agreementId, atMs }) => [
      { statement: end({ id: agreementId, at_ms: atMs }), mustChange: true },
    ],
    'record-usage': ({ usage }) => {
      const of = { agreement_id: usage.agreementId, feature_code: usage.featureCode }
      const period_start_ms = usage.periodStartMs
      const { id, type, value, usedAtMs: used_at_ms, recordedAtMs: recorded_at_ms } = usage
      return [
        count[type]({ ...of, period_start_ms, total: value }),
        addRecord({ ...of, id, type, value, used_at_ms, period_start_ms, recorded_at_ms }),
      ]
    },
  }
}

function countStatement({ builder }: Database, isAdded: boolean): (row: UsageRow) => Statement {
  return prepare((slot: UsageRow) =>
    builder
      .insertInto('billing_usage')
      .values({
        agreement_id: slot.agreement_id,
        feature_code: slot.feature_code,
        period_start_ms: slot.period_start_ms,
        total: slot.total,
      })
      .onConflict((conflict) =>
        conflict.columns(['agreement_id', 'period_start_ms', 'feature_code']).doUpdateSet({
          total: isAdded ? sql<number>`billing_usage.total + excluded.total` : sql<number>`excluded.total`,
        }),
      ),
  )
}
