// An identity knows its connection, and a connection keeps options under seal. An identity without `connection_id` belongs to the password
// connection of its type: older versions, which go on writing beside this one, leave the column out (docs/decisions/0066).
import type { Migration } from './migration.ts'

export const connections: Migration = {
  id: 5,
  name: 'connections',
  statements: ({ text }) => [
    `alter table identities add column connection_id ${text}`,
    `alter table connections add column sealed_options ${text}`,
  ],
}
