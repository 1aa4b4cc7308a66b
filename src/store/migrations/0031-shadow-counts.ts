// How often each verdict of a shadow came (shadow-store.ts): for each time that a deployment was the shadow.
import type { Migration } from './migration.ts'

export const shadowCounts: Migration = {
  id: 31,
  name: 'shadow-counts',
  statements: ({ text, integer, keyedTable }) => [
    `create table shadow_counts (
      deployment_id ${text} not null,
      since_ms ${integer} not null,
      verdict ${text} not null,
      count ${integer} not null,
      last_at_ms ${integer} not null,
      primary key (deployment_id, since_ms, verdict)
    )${keyedTable}`,
  ],
}
