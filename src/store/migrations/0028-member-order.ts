// Members in the order of their names and addresses, which are the user's: a page of them has to come from one index. The database itself
// keeps the order, by triggers, because programs of before this migration add members and rename users as well.
import type { Migration } from './migration.ts'

/** As names are searched (migration 0016): both databases lower ASCII letters here and no others. */
const name = (row: string) =>
  `lower(trim(coalesce(${row}.first_name, '') || ' ' || coalesce(${row}.last_name, '')))`
const email = (row: string) => `lower(coalesce(${row}.preferred_email, ''))`

export const memberOrder: Migration = {
  id: 28,
  name: 'member-order',
  statements: ({ text, keyedTable, trigger }) => [
    `create table member_order (
      organization_code ${text} not null,
      user_id ${text} not null,
      name ${text} not null,
      email ${text} not null,
      primary key (organization_code, user_id),
      foreign key (organization_code, user_id) references memberships (organization_code, user_id) on delete cascade
    )${keyedTable}`,
    ...trigger({
      name: 'member_order_of_new_member',
      after: 'insert on memberships',
      statement: `insert into member_order (organization_code, user_id, name, email)
        select new.organization_code, new.user_id, ${name('users')}, ${email('users')} from users where users.id = new.user_id`,
    }),
    ...trigger({
      name: 'member_order_of_renamed_user',
      after: 'update of first_name, last_name, preferred_email on users',
      statement: `update member_order set name = ${name('new')}, email = ${email('new')} where user_id = new.id`,
    }),
    `insert into member_order (organization_code, user_id, name, email)
      select organization_code, user_id, ${name('users')}, ${email('users')}
      from memberships join users on users.id = memberships.user_id`,
    `create index member_order_by_user on member_order (user_id)`,
    `create index member_order_by_name on member_order (organization_code, name, user_id)`,
    `create index member_order_by_email on member_order (organization_code, email, user_id)`,
    `create index organizations_by_name on organizations (lower(name), code)`,
  ],
}
