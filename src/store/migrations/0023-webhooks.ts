// Webhooks: their addresses, how far each one has come in the outbox, and what became of each delivery (webhook-store.ts).
import type { Migration } from './migration.ts'

export const webhooks: Migration = {
  id: 23,
  name: 'webhooks',
  statements: ({ text, integer, keyedTable, table }) => [
    `create table webhooks (id ${text} not null primary key, document ${text} not null)${table}`,
    `create table webhook_queues (
      webhook_id ${text} not null primary key,
      sequence ${integer} not null,
      failing_since_ms ${integer},
      disabled_at_ms ${integer}
    )${keyedTable}`,
    `create table webhook_deliveries (
      id ${text} not null primary key,
      webhook_id ${text} not null,
      event_id ${text} not null,
      event_type ${text} not null,
      sequence ${integer} not null,
      state ${text} not null,
      attempts ${integer} not null,
      last_at_ms ${integer} not null,
      next_at_ms ${integer},
      status ${integer},
      error ${text}
    )${table}`,
    `create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, sequence)`,
    `create index webhook_deliveries_by_state on webhook_deliveries (state, webhook_id, next_at_ms)`,
    `create index webhook_deliveries_by_sequence on webhook_deliveries (sequence)`,
  ],
}
