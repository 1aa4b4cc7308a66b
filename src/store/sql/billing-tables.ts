// The tables of billing (migration 0026).

export interface BillingTables {
  billing_plans: {
    id: string
    document: string
  }
  billing_agreements: {
    id: string
    user_id: string | null
    organization_code: string | null
    plan_code: string
    plan_name: string
    period: string
    entitlements: string
    started_at_ms: number
    ended_at_ms: number | null
  }
  billing_usage: {
    agreement_id: string
    feature_code: string
    period_start_ms: number
    total: number
  }
  billing_usage_records: {
    id: string
    agreement_id: string
    feature_code: string
    type: string
    value: number
    used_at_ms: number
    period_start_ms: number
    recorded_at_ms: number
  }
}
