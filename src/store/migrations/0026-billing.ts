// Plans, which are documents of the catalog; the agreements of customers; and the usage of features: each record, and the sum of a period.
import type { Migration } from './migration.ts'

export const billing: Migration = {
  id: 26,
  name: 'billing',
  statements: ({ text, integer, keyedTable, table }) => [
    `create table billing_plans (
      id ${text} not null primary key,
      document ${text} not null
    )${keyedTable}`,
    `create table billing_agreements (
      id ${text} not null primary key,
      user_id ${text} references users (id) on delete cascade,
      organization_code ${text} references organizations (code) on delete cascade,
      plan_code ${text} not null,
      plan_name ${text} not null,
      period ${text} not null,
      entitlements ${text} not null,
      started_at_ms ${integer} not null,
      ended_at_ms ${integer}
    )${table}`,
    // For what goes with its user or organization.
    `create index billing_agreements_by_user on billing_agreements (user_id)`,
    `create index billing_agreements_by_organization on billing_agreements (organization_code)`,
    // A customer has one agreement that holds.
    `create unique index billing_agreement_of_user on billing_agreements (user_id) where ended_at_ms is null`,
    `create unique index billing_agreement_of_organization on billing_agreements (organization_code)
      where ended_at_ms is null`,
    `create table billing_usage (
      agreement_id ${text} not null references billing_agreements (id) on delete cascade,
      feature_code ${text} not null,
      period_start_ms ${integer} not null,
      total ${integer} not null,
      primary key (agreement_id, period_start_ms, feature_code)
    )${keyedTable}`,
    `create table billing_usage_records (
      id ${text} not null primary key,
      agreement_id ${text} not null references billing_agreements (id) on delete cascade,
      feature_code ${text} not null,
      type ${text} not null,
      value ${integer} not null,
      used_at_ms ${integer} not null,
      period_start_ms ${integer} not null,
      recorded_at_ms ${integer} not null
    )${keyedTable}`,
    `create index billing_usage_records_by_agreement on billing_usage_records (agreement_id, used_at_ms)`,
  ],
}
