// What an export leaves where it is, and why: for the summary and the guide.
import type { BackupTable } from '../../store/index.ts'

export interface NotCarried {
  readonly what: string
  readonly reason: string
}

const left = {
  sessions: {
    what: 'sessions, grants, codes and refresh tokens',
    reason: 'the issuer that gave them keeps them; users sign in again',
  },
  keys: {
    what: 'signing keys and the master key',
    reason: 'each server has its own; to keep them, move the database with mintage backup',
  },
  records: {
    what: 'invocations, recordings, rehearsals and the audit log',
    reason: 'they are records of what this server did',
  },
  queues: {
    what: 'events, deliveries of webhooks and jobs',
    reason: 'what is queued is done here; webhooks themselves are exported and begin with new events',
  },
  deployments: {
    what: 'deployments but for the live one, canaries, shadows and previews',
    reason: 'the next server deploys the exported folder',
  },
  counters: {
    what: 'counters: uses of API keys, access by the hour, tries to sign in',
    reason: 'they begin anew',
  },
  usage: {
    what: 'single records of usage',
    reason: 'the sums of each period are exported with the agreements',
  },
  file: {
    what: 'users and prune of mintage.yaml',
    reason: 'users are in data/users.ndjson; prune would remove what the file cannot say',
  },
} as const satisfies Record<string, NotCarried>

/** A record, so that the type checker asks about every table. `bookkeeping` is the database's own. */
const tables: Readonly<Record<BackupTable, 'exported' | 'bookkeeping' | keyof typeof left>> = {
  meta: 'bookkeeping',
  counters: 'bookkeeping',
  secrets: 'keys',
  signing_keys: 'keys',
  users: 'exported',
  identities: 'exported',
  passwords: 'exported',
  organizations: 'exported',
  memberships: 'exported',
  invitations: 'exported',
  user_properties: 'exported',
  user_flags: 'exported',
  organization_properties: 'exported',
  organization_flags: 'exported',
  applications: 'exported',
  apis: 'exported',
  roles: 'exported',
  permissions: 'exported',
  feature_flags: 'exported',
  properties: 'exported',
  property_categories: 'exported',
  environment_settings: 'exported',
  connections: 'exported',
  environment_variables: 'exported',
  brandings: 'exported',
  branding_files: 'exported',
  billing_plans: 'exported',
  billing_agreements: 'exported',
  billing_usage: 'exported',
  billing_usage_records: 'usage',
  deployments: 'deployments',
  deployment_activations: 'deployments',
  deployment_roles: 'deployments',
  deployment_previews: 'deployments',
  rehearsals: 'records',
  imports: 'bookkeeping',
  api_keys: 'exported',
  subscribers: 'exported',
  membership_roles: 'exported',
  membership_permissions: 'exported',
  membership_api_scopes: 'exported',
  user_activity: 'counters',
  artifacts: 'sessions',
  one_time_tokens: 'sessions',
  throttles: 'counters',
  jobs: 'queues',
  audit: 'records',
  events: 'queues',
  webhooks: 'exported',
  webhook_queues: 'queues',
  webhook_deliveries: 'queues',
  invocations: 'records',
  invocation_workflows: 'records',
  recorded_environments: 'records',
  recordings: 'records',
  shadow_comparisons: 'records',
  shadow_counts: 'records',
}

const secrets: NotCarried = {
  what: 'client secrets, secret environment variables, options of connections, codes of invitations',
  reason: 'they are secrets; --with-secrets writes them',
}

export function notCarried(withSecrets: boolean): readonly NotCarried[] {
  const ofTables = new Set<string>(Object.values(tables))
  const shown = Object.entries(left).filter(([name]) => name === 'file' || ofTables.has(name))
  return [...(withSecrets ? [] : [secrets]), ...shown.map(([, one]) => one)]
}
