// How pages and mails look (branding-store.ts). A branding goes with its application or organization, and its files go with it. Files are in
// base64, because both databases and a backup hold text alike.
import type { Migration } from './migration.ts'

export const branding: Migration = {
  id: 17,
  name: 'branding',
  statements: ({ text, integer, keyedTable, table }) => [
    `create table brandings (
      owner ${text} not null primary key,
      organization_code ${text} references organizations (code) on delete cascade,
      application_id ${text} references applications (id) on delete cascade,
      version ${integer} not null,
      document ${text} not null
    )${keyedTable}`,
    `create index brandings_by_organization on brandings (organization_code) where organization_code is not null`,
    `create index brandings_by_application on brandings (application_id) where application_id is not null`,
    `create table branding_files (
      owner ${text} not null references brandings (owner) on delete cascade,
      kind ${text} not null,
      content_type ${text} not null,
      hash ${text} not null,
      content ${text} not null,
      primary key (owner, kind)
    )${table}`,
  ],
}
