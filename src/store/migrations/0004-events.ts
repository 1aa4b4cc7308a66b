// The outbox of domain events. `sequence` is null only inside the commit that writes the event (sql/domain-events.ts).
import type { Migration } from './migration.ts'

export const events: Migration = {
  id: 4,
  name: 'events',
  statements: ({ text, integer, table }) => [
    `create table events (
      id ${text} not null primary key,
      sequence ${integer} unique,
      type ${text} not null,
      subject ${text} not null,
      source ${text} not null,
      at_ms ${integer} not null,
      ip_address ${text},
      snapshot ${text}
    )${table}`,
    `create index events_by_age on events (at_ms)`,
    `insert into counters (name, value) values ('events', 0)`,
  ],
}
