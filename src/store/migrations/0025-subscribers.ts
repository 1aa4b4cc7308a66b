// Subscribers, listed by name and by address.
import type { Migration } from './migration.ts'

export const subscribers: Migration = {
  id: 25,
  name: 'subscribers',
  statements: ({ text, integer, keyedTable }) => [
    `create table subscribers (
      id ${text} not null primary key,
      email ${text} not null,
      first_name ${text} not null,
      last_name ${text} not null,
      full_name ${text} not null,
      created_at_ms ${integer} not null
    )${keyedTable}`,
    `create index subscribers_by_name on subscribers (full_name, id)`,
    `create index subscribers_by_email on subscribers (email, id)`,
  ],
}
