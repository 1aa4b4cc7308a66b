// What another request writes between an import's reading and its commit: the batch is decided again record by record, so that one record costs no
// other record its import. The rival writes to the same database right before the commit.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { identifierOf, newIdentity, newUser } from '../../src/directory/index.ts'
import {
  openStore,
  type Change,
  type OrganizationRecord,
  type Store,
  type StoreOptions,
} from '../../src/store/index.ts'
import {
  openKindeExport,
  openMintageExport,
  runExport,
  runImport,
  type ImportSource,
} from '../../src/transfer/index.ts'
import { startPostgres } from '../harness/postgres.ts'
import { makeProject } from '../harness/temp-project.ts'

const postgres = await startPostgres({ after })
const folder = await makeProject({ after }, {})
let places = 0

const locations: Readonly<Record<string, () => Promise<StoreOptions['location']>>> = {
  SQLite: () => Promise.resolve({ kind: 'sqlite', file: join(newPlace(), 'mintage.db') }),
  Postgres: async () => ({ kind: 'postgres', url: await postgres.createDatabase() }),
}

function newPlace(): string {
  places += 1
  return join(folder, String(places))
}

async function openedStore(location: StoreOptions['location']): Promise<Store> {
  const store = await openStore({ location, masterKey: randomBytes(32) })
  after(() => store.close())
  return store
}

async function kindeExport(
  users: readonly object[],
  organizations: readonly object[] = [],
): Promise<ImportSource> {
  const path = newPlace()
  await mkdir(path)
  for (const [name, lines] of Object.entries({ users, organizations }))
    await writeFile(join(path, `${name}.ndjson`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return openKindeExport(path)
}

/** The report. `rival` commits once, right before the first commit of the import that holds a change of this kind. */
async function importWithRival(
  store: Store,
  source: ImportSource,
  kind: Change['kind'],
  rival: readonly Change[],
) {
  let commits = 0
  const { report } = await runImport(source, {
    store: {
      ...store,
      async commit(changes) {
        if (changes.some((change) => change.kind === kind) && (commits += 1) === 1) await store.commit(rival)
        return store.commit(changes)
      },
    },
    from: 'test',
    isDryRun: false,
    onProgress: () => {},
    onRemark: () => {},
    signal: AbortSignal.any([]),
  })
  assert.ok(commits > 1, 'the first commit met the rival')
  return report
}

function organization(code: string, more: Partial<OrganizationRecord> = {}): Change {
  const empty = { handle: null, externalId: null, isDefault: false, isAutoMembershipEnabled: false }
  return {
    kind: 'add-organization',
    organization: { code, name: code, settings: {}, createdAtMs: 1, ...empty, ...more },
  }
}

function person(id: string, email: string): Change[] {
  const identifier = identifierOf('email', email) ?? assert.fail()
  const made = { connection: undefined, isVerified: true, atMs: 1, random: randomBytes }
  return [
    { kind: 'add-user', user: newUser(id, { firstName: null, lastName: null }, 1) },
    { kind: 'add-identity', identity: newIdentity(identifier, id, made) },
  ]
}

const conflict = 'another record has one of its unique values, or what it refers to does not exist'
const reasons = (list: readonly { readonly reason: string; readonly places: readonly string[] }[]) =>
  list.map(({ reason, places: at }) => [reason, ...at])

for (const [name, newLocation] of Object.entries(locations)) {
  describe(`on ${name}, an import`, () => {
    test('takes the users around one who appears meanwhile', async () => {
      const store = await openedStore(await newLocation())
      const emails = ['first@example.com', 'rival@example.com', 'last@example.com']
      const source = await kindeExport(emails.map((email) => ({ email })))
      const rival = person('kp_rival', 'rival@example.com')
      const report = await importWithRival(store, source, 'import-users', rival)
      assert.deepEqual(report.users, { created: 2, completed: 0, present: 1 })
      const owners = await Promise.all(emails.map((email) => store.directory.identity('email', email)))
      assert.equal(new Set(owners.map((owner) => owner?.userId)).size, 3)
      assert.equal(owners[1]?.userId, 'kp_rival')
    })

    test('takes the organizations around one who appears meanwhile and one whose handle is taken, with their members', async () => {
      const store = await openedStore(await newLocation())
      await store.commit([organization('org_aa', { handle: 'navy' })])
      const codes = ['org_b1', 'org_b2', 'org_b3', 'org_b4']
      const source = await kindeExport(
        [{ id: 'kp_00000000000000000000000000000001', email: 'ada@example.com', organizations: codes }],
        codes.map((code) => ({
          name: code,
          organization_code: code,
          ...(code === 'org_b3' && { handle: 'navy' }),
        })),
      )
      const report = await importWithRival(store, source, 'add-organization', [organization('org_b2')])
      assert.deepEqual(report.organizations, { created: 2, present: 1 })
      assert.deepEqual(reasons(report.skipped), [[conflict, 'organizations.ndjson:3']])
      assert.deepEqual(reasons(report.leftOut), [
        ['a membership of org_b3, an organization that does not exist', 'users.ndjson:1'],
      ])
      const joined = await store.directory.organizationsOf('kp_00000000000000000000000000000001')
      assert.deepEqual(
        joined.map(({ code }) => code),
        ['org_b1', 'org_b2', 'org_b4'],
      )
    })

    test('takes a user without an organization that is deleted meanwhile', async () => {
      const store = await openedStore(await newLocation())
      await store.commit([organization('org_c1'), organization('org_c2')])
      const source = await kindeExport([{ email: 'ada@example.com', organizations: ['org_c1', 'org_c2'] }])
      const report = await importWithRival(store, source, 'import-users', [
        { kind: 'delete-organization', code: 'org_c1' },
      ])
      assert.deepEqual(report.users, { created: 1, completed: 0, present: 0 })
      assert.deepEqual(reasons(report.leftOut), [
        ['a membership of org_c1, an organization that does not exist', 'users.ndjson:1'],
      ])
    })

    test('decides the catalog again when a role appears meanwhile, and takes the rest of an export', async () => {
      const from = await openedStore(await newLocation())
      const role = (id: string, key: string): Change => ({
        kind: 'put-role',
        role: {
          id,
          key,
          name: key,
          description: null,
          permissionIds: [],
          isDefault: false,
          scopeIds: [],
          systemPermissions: [],
          assignmentPermissionId: null,
        },
      })
      const subscriber = (id: string): Change => ({
        kind: 'add-subscriber',
        subscriber: { id, firstName: id, lastName: id, email: `${id}@example.com`, createdAtMs: 1 },
      })
      await from.commit([role('role_1', 'editor'), role('role_2', 'author')])
      await from.commit([subscriber('sub_1'), subscriber('sub_2'), subscriber('sub_3')])
      const path = newPlace()
      await runExport({
        store: from,
        folder: path,
        overwrite: false,
        withSecrets: false,
        givenFile: undefined,
        projectFiles: [],
        workflows: () => Promise.resolve([]),
        variable: () => undefined,
        onProgress: () => {},
      })
      const source = () => openMintageExport(path, () => undefined)

      const withRole = await openedStore(await newLocation())
      await importWithRival(withRole, await source(), 'put-role', [role('role_own', 'editor')])
      const { roles } = await withRole.directory.catalog()
      assert.deepEqual(roles.map(({ id }) => id).toSorted(), ['role_2', 'role_own'])

      const withSubscriber = await openedStore(await newLocation())
      const report = await importWithRival(withSubscriber, await source(), 'add-subscriber', [
        subscriber('sub_2'),
      ])
      assert.equal(report.others?.['subscribers'], 2)
      for (const id of ['sub_1', 'sub_2', 'sub_3']) assert.ok(await withSubscriber.subscribers.find(id), id)
    })
  })
}
