// E12: what a refresh with a workflow adds to the database, the record of its run and its recording included.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer } from '../harness/issuer.ts'
import { Client, codeOf, tokensOf } from './client.ts'

const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} } }
export default async function () {
  kinde.accessToken.setCustomClaim('plan', 'gold')
  kinde.idToken.setCustomClaim('plan', 'gold')
  console.log('the plan is gold')
}`

const refreshes = 200

test('E12: adds at most 4.5 KB to the database for each refresh with a workflow', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture(), workflow })
  const client = new Client({ name: 'client', history: new History(), origin: () => issuer.url })
  let { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
  const usedBytes = async () => {
    await issuer.store.invocations.flush()
    const database = new DatabaseSync(join(issuer.folder, 'mintage.db'), { readOnly: true })
    const row = database.prepare('select sum(pgsize - unused) as used from dbstat').get()
    database.close()
    return Number(row?.['used'])
  }
  const before = await usedBytes()
  for (let count = 0; count < refreshes; count += 1)
    ({ refreshToken } = tokensOf(await client.refresh(refreshToken)))
  const each = ((await usedBytes()) - before) / refreshes
  assert.equal((await issuer.store.invocations.list({ limit: 1_000 })).length, refreshes + 1)
  assert.ok(each > 1_000 && each <= 4_608, `${each.toFixed(0)} bytes`)
})
