// Imports in SQL: where each one is, and users in bulk. A batch is one statement for each table, whatever its size: a statement for each row
// would take most of an import's time on Postgres, and one whose text grows with the rows would be parsed and planned each time.
import { sql } from 'kysely'
import type { ImportChange, ImportRecord, ImportStore } from '../import-store.ts'
import type { UserImport } from '../user-import.ts'
import type { WritesOf } from './writes-of.ts'
import type { Database, Statement } from './database.ts'
import { parseJsonObject } from './json-column.ts'
import { narrowUpdate } from './narrow-update.ts'
import { pruneInBatches } from './prune.ts'
import { prepare } from './statement.ts'
import type { Tables } from './tables.ts'
import { columnNames, flag, insert } from './upsert.ts'
import {
  identityColumns,
  identityRow,
  passwordColumns,
  passwordRow,
  userColumns,
  userRow,
  type IdentityRow,
  type PasswordRow,
  type UserRow,
} from './user-rows.ts'

type Row = Tables['imports']
const columns = {
  id: 'key',
  position: 'replace',
  is_finished: 'replace',
  report: 'replace',
  updated_at_ms: 'replace',
} as const satisfies Record<keyof Row, string>

export class SqlImportStore implements ImportStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof importStatements>

  constructor(database: Database) {
    this.#database = database
    this.#statements = importStatements(database)
  }

  async find(id: string): Promise<ImportRecord | undefined> {
    const [row] = await this.#database.all(this.#statements.find({ id }))
    return (
      row && {
        id,
        position: row.position,
        isFinished: row.is_finished === 1,
        report: parseJsonObject(row.report, { table: 'imports', row: id, column: 'report' }),
        updatedAtMs: row.updated_at_ms,
      }
    )
  }

  async usersWithPassword(userIds: readonly string[]): Promise<readonly string[]> {
    const statement = this.#statements.usersWithPassword({ user_ids: JSON.stringify(userIds) })
    return (await this.#database.all(statement)).map((row) => row.user_id)
  }

  prune(updatedBeforeMs: number, signal?: AbortSignal): Promise<number> {
    const deletion = (limit: number): Statement =>
      this.#statements.prune({ before_ms: updatedBeforeMs, limit })
    return pruneInBatches(this.#database, deletion, signal)
  }
}

function importStatements({ builder, isIn }: Database) {
  return {
    usersWithPassword: prepare((slot: { user_ids: string }) =>
      builder.selectFrom('passwords').select('user_id').where(isIn('user_id', slot.user_ids)),
    ),
    find: prepare((slot: { id: string }) =>
      builder.selectFrom('imports').select(columnNames(columns)).where('id', '=', slot.id),
    ),
    prune: prepare((slot: { before_ms: number; limit: number }) =>
      builder
        .deleteFrom('imports')
        .where('id', 'in', (eb) =>
          eb.selectFrom('imports').select('id').where('updated_at_ms', '<', slot.before_ms).limit(slot.limit),
        ),
    ),
  }
}

export function importWrites(database: Database): WritesOf<ImportChange['kind']> {
  const add = insert<Row>(database, 'imports', columns)
  const update = narrowUpdate(database, 'imports')
  const into = bulkInsert(database)
  return {
    'import-users': ({ users }) => [
      ...into<UserRow>(
        'users',
        columnNames(userColumns),
        users.map(({ user }) => userRow(user)),
      ),
      ...into<IdentityRow>(
        'identities',
        columnNames(identityColumns),
        users.flatMap(({ identities }) => identities.map(identityRow)),
      ),
      ...into<PasswordRow>(
        'passwords',
        columnNames(passwordColumns),
        users.flatMap(({ password }) => (password === null ? [] : [passwordRow(password)])),
      ),
      ...membershipInserts(into, users),
      ...valueInserts(into, users),
    ],
    'put-import': ({ record, expectedPosition }) => {
      const row = {
        position: record.position,
        is_finished: flag(record.isFinished),
        report: JSON.stringify(record.report),
        updated_at_ms: record.updatedAtMs,
      }
      return expectedPosition === null
        ? [add({ id: record.id, ...row })]
        : [update({ key: { id: record.id }, set: row, expected: { position: expectedPosition } })]
    },
  }
}

type BulkInsert = <Table extends object>(
  table: keyof Tables,
  names: readonly (keyof Table & string)[],
  rows: readonly Table[],
) => Statement[]

function bulkInsert({ builder, rowsOf }: Database): BulkInsert {
  const statements = new Map<keyof Tables, (slots: { rows: string }) => Statement>()
  return (table, names, rows) => {
    if (rows.length === 0) return []
    let statement = statements.get(table)
    if (statement === undefined) {
      const columns = sql.join(names.map((name) => sql.ref(name)))
      statement = prepare((slot: { rows: string }) => {
        const query = sql`insert into ${sql.table(table)} (${columns}) ${rowsOf(table, names, slot.rows)}`
        return { compile: () => query.compile(builder) }
      })
      statements.set(table, statement)
    }
    return [statement({ rows: JSON.stringify(rows) })]
  }
}

function membershipInserts(into: BulkInsert, users: readonly UserImport[]): Statement[] {
  const memberships = users.flatMap((one) => one.memberships)
  const keyOf = ({ organizationCode, userId }: (typeof memberships)[number]) => ({
    organization_code: organizationCode,
    user_id: userId,
  })
  return [
    ...into<Tables['memberships']>(
      'memberships',
      ['organization_code', 'user_id', 'joined_at_ms', 'last_signed_in_at_ms'],
      memberships.map((one) => ({
        ...keyOf(one),
        joined_at_ms: one.joinedAtMs,
        last_signed_in_at_ms: one.lastSignedInAtMs ?? null,
      })),
    ),
    ...into<Tables['membership_roles']>(
      'membership_roles',
      ['organization_code', 'user_id', 'role_id'],
      memberships.flatMap((one) => one.roleIds.map((role_id) => ({ ...keyOf(one), role_id }))),
    ),
    ...into<Tables['membership_permissions']>(
      'membership_permissions',
      ['organization_code', 'user_id', 'permission_id'],
      memberships.flatMap((one) =>
        one.permissionIds.map((permission_id) => ({ ...keyOf(one), permission_id })),
      ),
    ),
  ]
}

function valueInserts(into: BulkInsert, users: readonly UserImport[]): Statement[] {
  const names = ['owner_id', 'key', 'value'] as const
  return [
    ...into<Tables['user_properties']>(
      'user_properties',
      names,
      users.flatMap(({ user, properties }) =>
        Object.entries(properties).map(([key, value]) => ({ owner_id: user.id, key, value })),
      ),
    ),
    ...into<Tables['user_flags']>(
      'user_flags',
      names,
      users.flatMap(({ user, featureFlags }) =>
        Object.entries(featureFlags).map(([key, value]) => ({
          owner_id: user.id,
          key,
          value: JSON.stringify(value),
        })),
      ),
    ),
  ]
}
