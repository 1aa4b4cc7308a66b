// An index for each filter of the invocations that had none: `mintage logs --client` and `--workflow`, and the playground's look for the
// run of a client. Each goes by sequence, so that the newest of a client cost the same however many others there are.
import type { Migration } from './migration.ts'

export const indexesOfInvocations: Migration = {
  id: 2,
  name: 'indexes-of-invocations',
  statements: () => [
    `create index invocations_by_client on invocations (client_id, sequence)`,
    `create index invocations_by_workflow on invocations (workflow_id, sequence)`,
  ],
}
