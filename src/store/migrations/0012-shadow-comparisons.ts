// What shadows found (shadow-store.ts). `count`: of what is counted and not kept one by one.
import type { Migration } from './migration.ts'

export const shadowComparisons: Migration = {
  id: 12,
  name: 'shadow-comparisons',
  statements: ({ text, integer, sequence, table }) => [
    `create table shadow_comparisons (
      sequence ${sequence},
      at_ms ${integer} not null,
      deployment_id ${text} not null,
      verdict ${text} not null,
      count ${integer} not null,
      invocation_id ${text},
      user_id ${text},
      client_id ${text},
      details ${text} not null
    )${table}`,
    `create index shadow_comparisons_by_deployment on shadow_comparisons (deployment_id, sequence)`,
  ],
}
