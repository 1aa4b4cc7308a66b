// E9: a newer version comes to a database that an older one serves. What a newer version would do is done here by hand, as this version
// cannot be two: a migration that adds, and members of documents and columns that this version does not know. One process served before
// that and goes on, another starts afterwards; both are this version, so each is the older of the two.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client as Connection } from 'pg'
import { startBalancer } from '../harness/balancer.ts'
import { History } from '../harness/history.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { projectFiles } from './project.ts'

const person: Person = { id: 'kp_1', email: 'person@example.com', password: 'correct horse battery staple' }

const nextVersion = `
  alter table artifacts add column later text default 'x';
  alter table users add column later text default 'x';
  alter table identities add column later text default 'x';
  alter table passwords add column later text default 'x';
  alter table signing_keys add column later text default 'x';
  alter table audit add column later text default 'x';
  create table later (id text not null primary key);
  insert into schema_migrations (id, name, hash, applied_at_ms) values (999, 'later', 'x', 0);
  update applications set document = replace(document, '"lifetimes":{', '"later":[{"a":null}],"lifetimes":{"later":60,');
  update artifacts set facts = replace(facts, '{"connectionId"', '{"later":{"b":[1]},"connectionId"');
  update counters set value = value + 1 where name = 'catalog'`

test('E9: two processes serve a database that a newer version has migrated, and keep what it wrote', async (t) => {
  const postgres = await startPostgres(t)
  const url = await postgres.createDatabase()
  const { 'kinde.json': kinde = '', 'mintage.yaml': yaml = '' } = projectFiles([person])
  const project = await makeProject(t, { 'kinde.json': kinde, 'mintage.yaml': yaml })
  const balancer = await startBalancer(t)
  const { origin } = balancer
  const history = new History()
  const database = new Connection({ connectionString: url })
  await database.connect()

  async function startServer(): Promise<string> {
    const args = ['--project', project, '--port', '0', '--database-url', url, '--issuer', origin]
    const server = startCommand(t, ['start', '--production', ...args], {
      cwd: project,
      env: { MINTAGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') },
    })
    const [, port = ''] = await server.until(/"port":(\d+).*"event":"server_ready"/)
    return `http://localhost:${port}`
  }

  try {
    const before = await startServer()
    balancer.place(0, before)
    await balancer.untilReady(1)
    const first = new Client({ name: 'first', history, origin: () => origin })
    let one = tokensOf(await first.redeem(codeOf(await first.signIn(person)))).refreshToken

    await database.query(nextVersion)
    const after = await startServer()
    for (const server of [before, after, before]) {
      balancer.place(0, server)
      await balancer.untilReady(1)
      one = tokensOf(await first.refresh(one)).refreshToken
      const other = new Client({ name: 'other', history, origin: () => origin })
      const two = tokensOf(await other.redeem(codeOf(await other.signIn(person)))).refreshToken
      tokensOf(await other.refresh(two))
    }
    const { rows } = await database.query<{ document: string; facts: string }>(
      `select (select document from applications limit 1) as document,
        (select facts from artifacts where model = 'RefreshToken' and facts like '%later%' and consumed_at_ms is null) as facts`,
    )
    assert.match(rows[0]?.document ?? '', /"later":\[\{"a":null\}\].*"later":60/)
    assert.match(rows[0]?.facts ?? '', /"later":\{"b":\[1\]\}/, 'facts go on with each rotation')
  } finally {
    await database.end()
  }
})
