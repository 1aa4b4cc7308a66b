// How far each import from another system is (src/transfer).
import type { Migration } from './migration.ts'

export const imports: Migration = {
  id: 15,
  name: 'imports',
  statements: ({ text, integer, table }) => [
    `create table imports (
      id ${text} not null primary key,
      position ${integer} not null,
      is_finished ${integer} not null,
      report ${text} not null,
      updated_at_ms ${integer} not null
    )${table}`,
  ],
}
