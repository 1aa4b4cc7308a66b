// Rehearsals of deployments (src/rehearsal) with their reports.
import type { Migration } from './migration.ts'

export const rehearsals: Migration = {
  id: 8,
  name: 'rehearsals',
  statements: ({ text, integer, table }) => [
    `create table rehearsals (
      id ${text} not null primary key,
      created_at_ms ${integer} not null,
      author ${text} not null,
      deployment_id ${text} not null,
      request ${text} not null,
      state ${text} not null,
      users ${integer} not null,
      of_users ${integer} not null,
      error ${text},
      sealed_report ${text}
    )${table}`,
    `create index rehearsals_by_age on rehearsals (created_at_ms)`,
  ],
}
