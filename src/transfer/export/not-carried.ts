// What an export leaves where it is, and why: for the summary and the guide.
export interface NotCarried {
  readonly what: string
  readonly reason: string
}

const always: readonly NotCarried[] = [
  {
    what: 'sessions, grants, codes and refresh tokens',
    reason: 'the issuer that gave them keeps them; users sign in again',
  },
  {
    what: 'signing keys and the master key',
    reason: 'each server has its own; to keep them, move the database with mintage backup',
  },
  {
    what: 'invocations, recordings, rehearsals and the audit log',
    reason: 'they are records of what this server did',
  },
  {
    what: 'events, deliveries of webhooks and jobs',
    reason: 'what is queued is done here; webhooks themselves are exported and begin with new events',
  },
  {
    what: 'deployments but for the live one, canaries, shadows and previews',
    reason: 'the next server deploys the exported folder',
  },
  {
    what: 'counters: uses of API keys, access by the hour, tries to sign in',
    reason: 'they begin anew',
  },
  {
    what: 'single records of usage',
    reason: 'the sums of each period are exported with the agreements',
  },
  {
    what: 'users and prune of mintage.yaml',
    reason: 'users are in data/users.ndjson; prune would remove what the file cannot say',
  },
]

const withoutSecrets: readonly NotCarried[] = [
  {
    what: 'client secrets, secret environment variables, options of connections, codes of invitations',
    reason: 'they are secrets: add --with-secrets',
  },
]

export function notCarried(withSecrets: boolean): readonly NotCarried[] {
  return withSecrets ? always : [...withoutSecrets, ...always]
}
