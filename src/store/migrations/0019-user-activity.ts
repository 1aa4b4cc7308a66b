// When users were given access tokens, by the hour (activity-store.ts). Without a reference to users: a token that is issued while its user is
// deleted must not fail for that, and the deletion takes the rows along.
import type { Migration } from './migration.ts'

export const userActivity: Migration = {
  id: 19,
  name: 'user-activity',
  statements: ({ text, integer, keyedTable }) => [
    `create table user_activity (
      user_id ${text} not null,
      hour ${integer} not null,
      first_at_ms ${integer} not null,
      last_at_ms ${integer} not null,
      primary key (user_id, hour)
    )${keyedTable}`,
    `create index user_activity_by_hour on user_activity (hour)`,
  ],
}
