// Background work (src/jobs). `due_at_ms` is when a job may be claimed: while a worker holds it, that is the end of the lease, so a
// job whose worker was lost is due again by itself. It is null once the job is dead.
import type { Migration } from './migration.ts'

export const jobs: Migration = {
  id: 3,
  name: 'jobs',
  statements: ({ text, integer, table }) => [
    `create table jobs (
      id ${text} not null primary key,
      kind ${text} not null,
      unique_key ${text} unique,
      sealed_payload ${text},
      attempts ${integer} not null,
      due_at_ms ${integer},
      lease ${text},
      enqueued_at_ms ${integer} not null,
      last_error ${text},
      died_at_ms ${integer}
    )${table}`,
    `create index jobs_by_due on jobs (kind, due_at_ms) where due_at_ms is not null`,
    `create index jobs_by_death on jobs (died_at_ms) where died_at_ms is not null`,
  ],
}
