// Categories of properties, and what the environment says of itself. Documents of the catalog.
import type { Migration } from './migration.ts'

export const environmentSettings: Migration = {
  id: 21,
  name: 'environment-settings',
  statements: ({ text, keyedTable }) =>
    ['property_categories', 'environment_settings'].map(
      (table) => `create table ${table} (
      id ${text} not null primary key,
      document ${text} not null
    )${keyedTable}`,
    ),
}
