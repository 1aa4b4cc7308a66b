// What invocations need to run again. Found by invocation, and pruned in the order of the ids, which is that of time: so the table needs
// no index besides its key, and an invocation costs one more row.
import type { Migration } from './migration.ts'

export const recordings: Migration = {
  id: 9,
  name: 'recordings',
  statements: ({ text, integer, keyedTable }) => [
    `create table recordings (
      invocation_id ${text} not null primary key,
      environment_id ${text} not null,
      sealed_run ${text} not null
    )${keyedTable}`,
    `create table recorded_environments (
      id ${text} not null primary key,
      used_at_ms ${integer} not null,
      sealed_variables ${text} not null
    )${keyedTable}`,
  ],
}
