// Deployments that a sign-in may ask for with a password (deployment-preview.ts). Documents of the catalog.
import type { Migration } from './migration.ts'

export const deploymentPreviews: Migration = {
  id: 7,
  name: 'deployment-previews',
  statements: ({ text, keyedTable }) => [
    `create table deployment_previews (
      id ${text} not null primary key,
      document ${text} not null
    )${keyedTable}`,
  ],
}
