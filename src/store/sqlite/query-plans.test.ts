// The cost of a token request does not grow with the directory, because each of its reads is a search by key or index. SQLite's own
// plans say so.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { listOrders, type ListOrder } from '../directory-store.ts'
import { artifactRemovals } from '../sql/artifact-removals.ts'
import { SealedBox } from '../sealed-box.ts'
import { artifactQueries } from '../sql/artifact-statements.ts'
import { changeWrites } from '../sql/change-writes.ts'
import type { Database, Statement } from '../sql/database.ts'
import { directoryQueries } from '../sql/directory-queries.ts'
import { filteredUserStatements } from '../sql/filtered-users.ts'
import { heldScopesStatement } from '../sql/held-scopes.ts'
import { jobStatements } from '../sql/job-statements.ts'
import { invocationStatements } from '../sql/invocation-statements.ts'
import { deploymentStatements } from '../sql/sql-deployment-store.ts'
import { activityStatements } from '../sql/sql-activity-store.ts'
import { auditPruning } from '../sql/sql-audit-store.ts'
import { eventStatements } from '../sql/sql-event-store.ts'
import { oneTimeTokenStatements } from '../sql/sql-one-time-token-store.ts'
import { sortedMembersStatement, sortedOrganizationsStatement } from '../sql/sorted-pages.ts'
import { throttleStatements } from '../sql/sql-throttle-store.ts'
import { tokenSubjectQuery } from '../sql/token-subject.ts'
import { userSearchQuery } from '../sql/user-search.ts'
import { openSqlite } from './open-sqlite.ts'

const page = { after: '', limit: 10 }

const beside = { from: 'x', isBackwards: false, size: 10 }
const city = { key: 'city', values: ['Sydney', 'London'] }
const scopes = { scopeIds: ['s1', 's2'], roleIds: ['r'] }
const text = { identifiers: [{ type: 'email', beginning: 'ada' }], name: 'ada' } as const

function hotStatements(database: Database): Readonly<Record<string, Statement>> {
  const artifacts = artifactQueries(database)
  const directory = directoryQueries(database)
  const invocations = invocationStatements(database)
  const filtered = filteredUserStatements(database)
  const jobs = jobStatements(database)
  const held = { id: 'x', lease: 'x' }
  const { writesOf } = changeWrites(database, new SealedBox(new Uint8Array(32)))
  const [consume] = writesOf({ kind: 'consume-artifact', model: 'RefreshToken', idHash: 'x', atMs: 1 })
  const [revoke] = writesOf({ kind: 'delete-grant', grantId: 'x' })
  const [revokeAll] = writesOf({ kind: 'sign-out-user', userId: 'x' })
  const removals = artifactRemovals(database)
  const [member] = removals.ofMember('org_a', 'x')
  const [organization] = removals.ofOrganization('org_a')
  assert.ok(consume && revoke && revokeAll && member && organization)
  return {
    'the subject of a token': tokenSubjectQuery(database)({ user_id: 'x', organization_code: 'y' }),
    'an artifact': artifacts.byId({ model: 'Session', id_hash: 'x' }),
    'a session by uid': artifacts.byUid({ model: 'Session', uid: 'x' }),
    'the sessions of a user': artifacts.ofAccount({
      model: 'Session',
      account_id: 'x',
      now_ms: 1,
      limit: 10,
    }),
    'a device code by user code': artifacts.byUserCode({ model: 'DeviceCode', user_code: 'x' }),
    consuming: consume.statement,
    'revoking a family': revoke.statement,
    'revoking all of a user': revokeAll.statement,
    'what goes with a member': member,
    'what goes with an organization': organization,
    'pruning artifacts': artifacts.prune({ now_ms: 1, limit: 10 }),
    'pruning invocations by age': invocations.pruneByAge({ older_than_ms: 1, limit: 10 }),
    'pruning invocations by number': invocations.pruneUpTo({ sequence: 1, limit: 10 }),
    'the boundary of invocations': invocations.newest({}),
    'pruning workflows of invocations': invocations.pruneOtherWorkflows({ before_sequence: 1, limit: 10 }),
    'the other boundary of invocations': invocations.oldest({}),
    'deployments beyond those that are kept': deploymentStatements(database).beyond({
      state: 'ready',
      created_before_ms: 1,
      keep: 1,
      limit: 10,
    }),
    'pruning refused sign-ins': auditPruning(database).refusedUpTo({ sequence: 1, limit: 10 }),
    'the boundary of the audit log': auditPruning(database).newest({}),
    'the times of due jobs': jobs.due({ kind: 'mail' }),
    'claiming a job': jobs.claim({ kind: 'mail', limit: 1, now_ms: 1, until_ms: 2, lease: 'x' }),
    'renewing a lease': jobs.renew({ ...held, until_ms: 2 }),
    'pruning dead jobs': jobs.prune({ died_before_ms: 1, limit: 10 }),
    'a page of events': eventStatements(database).list({ after_sequence: 1, limit: 10 }),
    'pruning events by age': eventStatements(database).pruneByAge({ older_than_ms: 1, limit: 10 }),
    'pruning events by number': eventStatements(database).pruneUpTo({ sequence: 1, limit: 10 }),
    'pruning one-time tokens': oneTimeTokenStatements(database).prune({ now_ms: 1, limit: 10 }),
    'pruning throttles': throttleStatements(database).prune({ older_than_ms: 1, limit: 10 }),
    'an identity by id': directory.identityById({ id: 'x' }),
    'an identity': directory.identity({ type: 'email', normalized: 'x' }),
    'the identities of a user': directory.identities({ user_id: 'x' }),
    'the default organization': directory.defaultOrganization({}),
    'a page of members': directory.members({ ...page, organization_code: 'x' }),
    'a page of members with a role and a permission': directory.membersHolding(
      { ...page, organization_code: 'x' },
      [
        { roleIds: ['r'], permissionIds: [] },
        { roleIds: ['r'], permissionIds: ['p'] },
      ],
    ),
    'a page of ids of members with a role': directory.membersWithRole({
      ...page,
      organization_code: 'x',
      role_id: 'r',
    }),
    'pruning activity': activityStatements(database).prune({ before_hour: 1, limit: 10 }),
    'how many members with a role are active': activityStatements(database).activeWithRole({
      organization_code: 'x',
      role_id: 'r',
      from_ms: 1,
      to_ms: 2,
      from_hour: 1,
      to_hour: 2,
    }),
    'how many members have a role': directory.countWithRole({ organization_code: 'x', role_id: 'r' }),
    'the scopes of a member': directory.memberApiScopes({ organization_code: 'x', user_id: 'u' }),
    'users by their last sign-in': filtered.byLastSignIn({ since_ms: 1, after_id: 'x', limit: 10 }),
    'users of whom something is asked': filtered.byId({ after_id: 'x', limit: 10 }),
    'users by a beginning': userSearchQuery(
      database,
      { text, properties: [], organizationCode: null },
      beside,
    ),
    'users by a property': userSearchQuery(
      database,
      { properties: [city, { key: 'plan', values: ['gold'] }], organizationCode: null },
      beside,
    ),
    'members by a beginning and a property': userSearchQuery(
      database,
      { text, properties: [city], organizationCode: 'x' },
      { ...beside, isBackwards: true },
    ),
    'users by two scopes': userSearchQuery(
      database,
      { properties: [], organizationCode: 'x', scopes: [scopes, scopes] },
      beside,
    ),
    'the scopes of users': heldScopesStatement(database, ['x', 'y']),
    ...Object.fromEntries(listOrders.flatMap((order) => sortedStatements(database, order))),
    'users by email': directory.usersByEmail({ ...page, email: 'x' }),
  }
}

function sortedStatements(database: Database, order: ListOrder): [name: string, Statement][] {
  const cursor = Buffer.from(JSON.stringify([order, 'v', 'k'])).toString('base64url')
  const filters = [{ roleIds: ['r'], permissionIds: ['p'] }]
  const asked = { organizationCode: 'x', order, filters }
  const sorted = { size: 10, cursor }
  return [
    [`a page of members by ${order}`, sortedMembersStatement(database, asked, sorted)],
    [`the first members by ${order}`, sortedMembersStatement(database, asked, { size: 10 })],
    [`a page of organizations by ${order}`, sortedOrganizationsStatement(database, order, sorted)],
  ]
}

test('no statement of a token request, nor of what runs beside it, walks through a table', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-plans-'))
  const file = join(folder, 'mintage.db')
  const database = await openSqlite(file, 0)
  const connection = new DatabaseSync(file)
  t.after(async () => {
    connection.close()
    await database.close()
    await rm(folder, { recursive: true })
  })
  const walks = ({ sql, parameters }: Statement): string[] =>
    connection
      .prepare(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => String(detail))
      .filter((detail) => detail.startsWith('SCAN ') && !isBounded(detail))
  const found = Object.entries(hotStatements(database)).flatMap(([name, statement]) =>
    walks(statement).map((detail) => `${name}: ${detail}`),
  )
  assert.deepEqual(found, [])
  const control = { sql: `select id from users where first_name = 'Ada'`, parameters: [] }
  assert.deepEqual(walks(control), ['SCAN users'])
})

/**
 * One row of constants, a list that is a parameter, the rows that a subquery has found (agg, way, found), and a partial index that holds
 * nothing but the wanted row.
 */
function isBounded(detail: string): boolean {
  return /^SCAN (agg$|way$|found$|CONSTANT ROW$|json_each VIRTUAL TABLE|organizations USING INDEX organizations_default)/.test(
    detail,
  )
}
