// The tables of a backup, each after those that it refers to: Postgres checks references row by row while they are restored.
import type { Tables } from '../sql/tables.ts'

/** Not in a backup: the database makes it of others. */
export const derivedTables = ['member_order'] as const

export type BackupTable = Exclude<keyof Tables, 'schema_migrations' | (typeof derivedTables)[number]>

/** A record, so that the type checker asks for every table. */
const inOrder: Readonly<Record<BackupTable, true>> = {
  meta: true,
  counters: true,
  secrets: true,
  signing_keys: true,
  users: true,
  identities: true,
  passwords: true,
  organizations: true,
  memberships: true,
  invitations: true,
  user_properties: true,
  user_flags: true,
  organization_properties: true,
  organization_flags: true,
  applications: true,
  apis: true,
  roles: true,
  permissions: true,
  feature_flags: true,
  properties: true,
  property_categories: true,
  environment_settings: true,
  connections: true,
  environment_variables: true,
  brandings: true,
  branding_files: true,
  deployments: true,
  deployment_activations: true,
  deployment_roles: true,
  deployment_previews: true,
  rehearsals: true,
  imports: true,
  api_keys: true,
  subscribers: true,
  billing_plans: true,
  billing_agreements: true,
  billing_usage: true,
  billing_usage_records: true,
  membership_roles: true,
  membership_permissions: true,
  membership_api_scopes: true,
  user_activity: true,
  artifacts: true,
  one_time_tokens: true,
  throttles: true,
  jobs: true,
  audit: true,
  events: true,
  webhooks: true,
  webhook_queues: true,
  webhook_deliveries: true,
  invocations: true,
  invocation_workflows: true,
  recorded_environments: true,
  recordings: true,
  shadow_comparisons: true,
  shadow_counts: true,
}

// The keys of an object come in the order in which they were written.
export const backupTables = Object.keys(inOrder) as readonly BackupTable[]

export function isBackupTable(name: string): name is BackupTable {
  return Object.hasOwn(inOrder, name)
}
