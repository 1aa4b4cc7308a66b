// The workflows that ran in an invocation besides the one that decided it, which is a column of the invocation. Only sequences have rows here.
import type { Migration } from './migration.ts'

export const workflowsOfInvocations: Migration = {
  id: 30,
  name: 'workflows-of-invocations',
  statements: ({ text, integer, keyedTable }) => [
    `create table invocation_workflows (
      workflow_id ${text} not null,
      sequence ${integer} not null,
      primary key (workflow_id, sequence)
    )${keyedTable}`,
    `create index invocation_workflows_by_sequence on invocation_workflows (sequence)`,
  ],
}
