// The way to the newest runs of one deployment, by which a canary is judged.
import type { Migration } from './migration.ts'

export const canary: Migration = {
  id: 10,
  name: 'canary',
  statements: () => [`create index invocations_by_deployment on invocations (deployment_id, sequence)`],
}
