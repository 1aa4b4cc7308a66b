// Deployments of projects (src/deployments): what each holds, what serves (a document of the catalog, `deployment_roles`), and what was
// live before, in its order.
import type { Migration } from './migration.ts'

export const deployments: Migration = {
  id: 6,
  name: 'deployments',
  statements: ({ text, integer, table, keyedTable }) => [
    `create table deployments (
      id ${text} not null primary key,
      created_at_ms ${integer} not null,
      checked_at_ms ${integer},
      author ${text} not null,
      origin ${text} not null,
      is_draft ${integer} not null,
      state ${text} not null,
      summary ${text} not null,
      build_log ${text} not null,
      content ${text} not null
    )${table}`,
    `create index deployments_by_age on deployments (created_at_ms, id)`,
    `create table deployment_activations (
      id ${text} not null primary key,
      at_ms ${integer} not null,
      deployment_id ${text} not null,
      previous_id ${text},
      author ${text} not null,
      how ${text} not null
    )${table}`,
    `create index deployment_activations_by_deployment on deployment_activations (deployment_id)`,
    `create table deployment_roles (
      id ${text} not null primary key,
      document ${text} not null
    )${keyedTable}`,
  ],
}
