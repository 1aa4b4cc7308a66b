// A7: every filter that the ports offer is a search by key or index, on both databases. The planners say so, with rows to plan for.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from '../../test/harness/postgres.ts'
import { anInvocation } from './contract/samples.ts'
import type { Database, Statement } from './sql/database.ts'
import { directoryQueries } from './sql/directory-queries.ts'
import { invocationList, invocationRow, invocationStatements } from './sql/invocation-statements.ts'
import { sortedMembersStatement, sortedOrganizationsStatement } from './sql/sorted-pages.ts'
import { auditList, auditStatement } from './sql/sql-audit-store.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

const limit = 10
const page = { after: '', limit }
const cursor = Buffer.from(JSON.stringify(['name_asc', 'v', 'k'])).toString('base64url')
const byName = { size: limit, cursor }
const list = JSON.stringify(['x', 'y'])

/** By what is filtered: the statement, and the columns that the search has to go by. */
function filters(database: Database): Readonly<Record<string, readonly [Statement, string]>> {
  const directory = directoryQueries(database)
  return {
    'invocations of a user': [invocationList(database, { userId: 'u1', limit }), 'user_id'],
    'invocations by outcome': [invocationList(database, { outcomes: ['o1'], limit }), 'outcome'],
    'invocations by names of an outcome': [
      invocationList(database, { outcomes: ['o1', 'o2'], limit }),
      'outcome',
    ],
    'invocations of a client': [invocationList(database, { clientId: 'c1', limit }), 'client_id'],
    'invocations of a workflow': [invocationList(database, { workflowId: 'w1', limit }), 'workflow_id'],
    'invocations since a moment': [invocationList(database, { sinceMs: 1_990, limit }), 'started_at_ms'],
    'the invocation of a token': [
      invocationList(database, { accessTokenJti: 'j1', limit }),
      'access_token_jti',
    ],
    'invocations after another': [
      invocationList(database, { afterSequence: 1_990, order: 'oldest-first', limit }),
      'sequence',
    ],
    'the newest invocations': [invocationList(database, { limit }), ''],
    'audit records of an event': [auditList(database, { event: 'e1', limit }), 'event'],
    'audit records of an application': [
      auditList(database, { clientId: 'c1', afterSequence: 1, limit }),
      'client_id',
    ],
    'audit records of a user': [auditList(database, { userId: 'u1', limit }), 'user_id'],
    'users by the ids of another system': [
      directory.usersByProvidedId({ provided_ids: '[]' }),
      'provided_id',
    ],
    'a user by the id of another system': [directory.userByProvidedId({ provided_id: 'x' }), 'provided_id'],
    'users by id': [directory.usersById({ user_ids: list }), 'id'],
    'users by address': [directory.usersByEmail({ ...page, email: 'x' }), 'normalized'],
    'identities of users': [directory.identitiesOf({ user_ids: list }), 'user_id'],
    'identities by what they are found by': [
      directory.identitiesFoundBy({ type: 'email', normalized: list }),
      'normalized',
    ],
    'memberships of users': [directory.memberships({ organization_code: 'x', user_ids: list }), 'user_id'],
    'organizations of users': [directory.membershipKeysOf({ user_ids: list }), 'user_id'],
    'a page of members': [directory.members({ ...page, organization_code: 'x' }), 'organization_code'],
    'a page of members by name': [
      sortedMembersStatement(database, { organizationCode: 'x', order: 'name_asc', filters: [] }, byName),
      'name',
    ],
    'a page of organizations by name': [sortedOrganizationsStatement(database, 'name_asc', byName), ''],
  }
}

const rows = 2_000

async function fill(database: Database): Promise<void> {
  const { raiseCounter, insert, insertOtherWorkflow } = invocationStatements(database)
  const append = auditStatement(database)
  const of = (letter: string, index: number) => `${letter}${String(index % 100)}`
  const writes = Array.from({ length: rows }, (_, index) => [
    insert({
      ...invocationRow(
        anInvocation(`inv_${String(index)}`, {
          startedAtMs: index,
          userId: of('u', index),
          outcome: of('o', index),
          clientId: of('c', index),
          workflowId: of('w', index),
          accessTokenJti: `j${String(index)}`,
        }),
      ),
      offset: rows - 1 - index,
    }),
    insertOtherWorkflow({ workflow_id: of('w', index + 1), id: `inv_${String(index)}` }),
    append({
      atMs: index,
      event: of('e', index),
      userId: of('u', index),
      clientId: null,
      ip: null,
      details: {},
    }),
  ])
  const people = `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${String(rows)})`
  const insertPeople = [
    `insert into users select 'kp_' || n, null, null, null, 'p' || n, null, 0, 0, 0, 0, 0, null from numbers`,
    `insert into identities (id, user_id, type, value, normalized, is_verified, created_at_ms) select 'i_' || n, 'kp_' || n, 'email', 'm' || n, 'm' || n, 1, 0 from numbers`,
    `insert into organizations (code, name, is_default, is_auto_membership_enabled, created_at_ms) select 'org_' || n, 'o', 0, 0, 0 from numbers`,
    `insert into memberships (organization_code, user_id, joined_at_ms) select 'org_' || (n % 20 + 1), 'kp_' || n, 0 from numbers`,
  ].map((sql) => ({ sql: sql.replace(/ select /, ` ${people} select `), parameters: [] }))
  const all = [...insertPeople, raiseCounter({ by: rows }), ...writes.flat()]
  await database.commit(
    all.map((statement) => ({ statement })),
    'lazy',
  )
}

/** `plan`: what a planner says of a statement. `search`: how it says that it goes by a column. */
function assertAllSearched(
  found: Readonly<Record<string, readonly [plan: string, column: string]>>,
  search: (column: string) => RegExp,
  walk: RegExp,
): void {
  for (const [what, [plan, column]] of Object.entries(found)) {
    assert.doesNotMatch(plan, walk, `${what}: ${plan}`)
    if (column !== '') assert.match(plan, search(column), `${what}: ${plan}`)
  }
}

describe('A7: every filter goes by an index', () => {
  test('on SQLite', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'mintage-filters-'))
    const file = join(folder, 'mintage.db')
    const database = await openSqlite(file, 0)
    const connection = new DatabaseSync(file)
    t.after(async () => {
      connection.close()
      await database.close()
      await rm(folder, { recursive: true })
    })
    await fill(database)
    const plans = Object.entries(filters(database)).map(([what, [{ sql, parameters }, column]]) => {
      const steps = connection.prepare(`explain query plan ${sql}`).all(...parameters)
      return [what, [steps.map(({ detail }) => String(detail)).join('\n'), column]] as const
    })
    assertAllSearched(
      Object.fromEntries(plans),
      (column) => new RegExp(`^SEARCH .*(\\b${column}[=><]|rowid[=><])`, 'm'),
      // A list that was given, and the newest by primary key, are walked.
      /^SCAN (?!json_each|agg|invocations$)/m,
    )
  })

  test('on Postgres', async (t) => {
    const postgres = await startPostgres(t)
    const url = await postgres.createDatabase()
    const { database } = await openPostgres(url, 0, { tell() {}, count() {}, close() {} })
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      await fill(database)
      await client.query('analyze')
      // The tables that are empty here are not, later.
      await client.query('set enable_seqscan = off')
      const plans: Record<string, [string, string]> = {}
      for (const [what, [{ sql, parameters }, column]] of Object.entries(filters(database))) {
        const explained = await client.query<Record<string, string>>(`explain ${sql}`, [...parameters])
        plans[what] = [explained.rows.flatMap((row) => Object.values(row)).join('\n'), column]
      }
      assertAllSearched(plans, (column) => new RegExp(`Index Cond: .*\\b${column}\\b`), /Seq Scan/)
    } finally {
      await client.end()
      await database.close()
    }
  })
})
