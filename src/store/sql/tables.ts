// The tables as migrations/ makes them, for the type checker. Times are milliseconds since the epoch, booleans 0 or 1, JSON is
// text; a column whose name starts with `sealed_` holds a value of sealed-box.ts.
import type { GeneratedAlways } from 'kysely'
import type { BillingTables } from './billing-tables.ts'
import type { MembershipTables } from './membership-tables.ts'

export interface ArtifactRow {
  readonly model: string
  readonly id_hash: string
  readonly payload: string
  readonly facts: string | null
  readonly grant_id: string | null
  readonly uid: string | null
  readonly user_code: string | null
  readonly account_id: string | null
  readonly expires_at_ms: number | null
}

export interface Tables extends BillingTables, MembershipTables {
  artifacts: ArtifactRow & {
    consumed_at_ms: number | null
    successor_id_hash: string | null
  }
  audit: {
    sequence: GeneratedAlways<number>
    at_ms: number
    event: string
    user_id: string | null
    client_id: string | null
    ip: string | null
    details: string
  }
  invocations: {
    sequence: number
    id: string
    started_at_ms: number
    trigger: string
    origin: string
    workflow_id: string
    deployment_id: string
    client_id: string
    user_id: string | null
    organization_code: string | null
    outcome: string
    decision: string
    duration_ms: number
    access_token_jti: string | null
    id_token_jti: string | null
    document: string
  }
  invocation_workflows: { workflow_id: string; sequence: number }
  recordings: { invocation_id: string; environment_id: string; sealed_run: string }
  recorded_environments: { id: string; used_at_ms: number; sealed_variables: string }
  events: {
    id: string
    /** Null inside the commit that writes the event. */
    sequence: number | null
    type: string
    subject: string
    source: string
    at_ms: number
    ip_address: string | null
    snapshot: string | null
  }
  webhooks: { id: string; document: string }
  webhook_queues: {
    webhook_id: string
    sequence: number
    failing_since_ms: number | null
    disabled_at_ms: number | null
  }
  webhook_deliveries: {
    id: string
    webhook_id: string
    event_id: string
    event_type: string
    sequence: number
    state: string
    attempts: number
    last_at_ms: number
    next_at_ms: number | null
    status: number | null
    error: string | null
  }
  /** Numbers that are handed out one after the other, in the order of commits. */
  counters: { name: string; value: number }
  jobs: {
    id: string
    kind: string
    unique_key: string | null
    sealed_payload: string | null
    attempts: number
    due_at_ms: number | null
    lease: string | null
    enqueued_at_ms: number
    last_error: string | null
    died_at_ms: number | null
  }
  schema_migrations: { id: number; name: string; hash: string; applied_at_ms: number }
  meta: { name: string; value: string }
  one_time_tokens: {
    id_hash: string
    kind: string
    user_id: string
    details: string
    expires_at_ms: number
  }
  secrets: { name: string; sealed_value: string }
  signing_keys: {
    kid: string
    algorithm: string
    sealed_private_jwk: string
    created_at_ms: number
    active_from_ms: number
    retired_at_ms: number | null
    removed_at_ms: number | null
  }
  throttles: { throttle_key: string; failures: number; last_at_ms: number }

  users: {
    id: string
    first_name: string | null
    last_name: string | null
    picture: string | null
    provided_id: string | null
    preferred_email: string | null
    is_suspended: number
    created_at_ms: number
    updated_at_ms: number
    total_sign_ins: number
    failed_sign_ins: number
    last_signed_in_at_ms: number | null
  }
  identities: {
    id: string
    user_id: string
    type: string
    value: string
    normalized: string
    is_verified: number
    created_at_ms: number
    connection_id: string | null
    is_primary: number
    total_sign_ins: number
    last_signed_in_at_ms: number | null
  }
  /** `is_temporary`: 0, 1, or 2 when an administrator asked for another password. */
  passwords: { user_id: string; hash: string; is_temporary: number; updated_at_ms: number }
  organizations: {
    code: string
    name: string
    handle: string | null
    external_id: string | null
    is_default: number
    is_auto_membership_enabled: number
    created_at_ms: number
    /** A JSON object; null when nothing is set. */
    settings: string | null
  }
  user_activity: { user_id: string; hour: number; first_at_ms: number; last_at_ms: number }
  invitations: {
    id: string
    code_hash: string
    sealed_code: string
    organization_code: string
    email: string
    normalized: string
    first_name: string | null
    last_name: string | null
    /** The full name, for sorting. */
    name: string
    role_ids: string
    is_sent: number
    created_at_ms: number
    expires_at_ms: number
    revoked_at_ms: number | null
    accepted_at_ms: number | null
    accepted_by: string | null
  }
  user_properties: OwnedValue
  organization_properties: OwnedValue
  user_flags: OwnedValue
  organization_flags: OwnedValue

  subscribers: {
    id: string
    email: string
    first_name: string
    last_name: string
    full_name: string
    created_at_ms: number
  }
  api_keys: {
    id: string
    hash: string
    name: string
    type: string
    api_id: string
    scope_ids: string
    user_id: string | null
    organization_code: string | null
    key_prefix: string
    key_suffix: string
    created_at_ms: number
    revoked_at_ms: number | null
    last_verified_at_ms: number | null
    last_verified_ip: string | null
    verification_count: number
  }

  // The catalog: what is looked for has a column, the whole record is the document.
  applications: { id: string; document: string }
  apis: { id: string; audience: string; document: string }
  roles: { id: string; key: string; document: string }
  permissions: { id: string; key: string; document: string }
  feature_flags: { id: string; key: string; document: string }
  properties: { id: string; key: string; context: string; document: string }
  property_categories: { id: string; document: string }
  environment_settings: { id: string; document: string }
  connections: { id: string; document: string; sealed_options: string | null }
  environment_variables: { id: string; key: string; document: string }
  deployment_roles: { id: string; document: string }

  deployments: {
    id: string
    created_at_ms: number
    checked_at_ms: number | null
    author: string
    origin: string
    is_draft: number
    state: string
    summary: string
    build_log: string
    content: string
  }
  brandings: {
    owner: string
    organization_code: string | null
    application_id: string | null
    version: number
    document: string
  }
  branding_files: { owner: string; kind: string; content_type: string; hash: string; content: string }
  rehearsals: {
    id: string
    created_at_ms: number
    author: string
    deployment_id: string
    request: string
    state: string
    users: number
    of_users: number
    error: string | null
    sealed_report: string | null
  }
  imports: {
    id: string
    position: number
    is_finished: number
    report: string
    updated_at_ms: number
  }
  deployment_activations: {
    id: string
    at_ms: number
    deployment_id: string
    previous_id: string | null
    author: string
    how: string
  }
  shadow_comparisons: {
    sequence: GeneratedAlways<number>
    at_ms: number
    deployment_id: string
    verdict: string
    count: number
    invocation_id: string | null
    user_id: string | null
    client_id: string | null
    details: string
  }
  shadow_counts: {
    deployment_id: string
    since_ms: number
    verdict: string
    count: number
    last_at_ms: number
  }
  deployment_previews: { id: string; document: string }
}

/** A property's value, or a flag's override as JSON, of one user or organization. */
interface OwnedValue {
  owner_id: string
  key: string
  value: string
}
