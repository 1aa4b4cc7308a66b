// An index for what is beyond the deployments that are kept: the newest ones of each state.
import type { Migration } from './migration.ts'

export const keptDeployments: Migration = {
  id: 27,
  name: 'kept-deployments',
  statements: () => [`create index deployments_by_state on deployments (state, created_at_ms, id)`],
}
