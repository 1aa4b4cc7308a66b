// What users are searched by, without looking at all of them: their names, the values of their properties, and when they signed in. Both
// databases lower ASCII letters here and no others. A long value would not fit into an index, so its beginning stands for it.
import type { Migration } from './migration.ts'

export const userSearch: Migration = {
  id: 16,
  name: 'user-search',
  statements: () => [
    `create index users_by_name on users (lower(coalesce(first_name, '') || ' ' || coalesce(last_name, '')))`,
    `create index users_by_last_name on users (lower(last_name))`,
    `create index users_by_last_sign_in on users (last_signed_in_at_ms, id) where last_signed_in_at_ms is not null`,
    `create index user_properties_by_value on user_properties (key, substr(value, 1, 100), owner_id)`,
  ],
}
