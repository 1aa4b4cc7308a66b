// FI-17: rows that were damaged on the disk. The request that needs such a row fails, with a line in the log that names the row and
// quotes nothing of it; nobody else notices, and whoever was hit signs in again.
import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ada, audience, directoryFixture, m2mClient, webClient } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer } from '../harness/issuer.ts'
import { publishedKeys } from './checked-history.ts'
import { Client, codeOf, told, tokensOf } from './client.ts'

const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.env': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', (await kinde.env.get('PLAN')).value) }`

const masterKey = randomBytes(32)
const issuer = await startIssuer(
  { after },
  {
    masterKey,
    directory: await directoryFixture({
      m2m: { signingAlgorithm: 'ES256' },
      more: [
        {
          kind: 'put-environment-variable',
          variable: { id: 'env_1', key: 'PLAN', value: 'gold', isSecret: true, createdAtMs: 0 },
        },
      ],
    }),
    workflow,
  },
)
const file = join(issuer.folder, 'mintage.db')
const database = new DatabaseSync(file)
after(() => database.close())

const history = new History()
const bystander = new Client({ name: 'bystander', history, origin: () => issuer.url })
let bystandersToken = tokensOf(await bystander.redeem(codeOf(await bystander.signIn(ada)))).refreshToken

async function newTokens() {
  return tokensOf(await bystander.redeem(codeOf(await bystander.return(ada))))
}

/** Somebody who has nothing to do with it goes on. */
async function assertOthersGoOn(): Promise<void> {
  bystandersToken = tokensOf(await bystander.refresh(bystandersToken)).refreshToken
}

function damage(sql: string, ...parameters: string[]): void {
  assert.equal(database.prepare(sql).run(...parameters).changes, 1)
}

/** What the log says of server errors since the last look. */
let seen = 0
function newErrors(): string[] {
  const lines = issuer.logLines.slice(seen).filter((line) => line.includes('server_error'))
  seen = issuer.logLines.length
  return lines
}

describe('FI-17, a refresh token', () => {
  for (const [what, sql] of [
    ['whose record was cut off', `update artifacts set payload = substr(payload, 1, 40) where id_hash = ?`],
    ['whose facts were cut off', `update artifacts set facts = substr(facts, 1, 20) where id_hash = ?`],
    ['whose record is not an object', `update artifacts set payload = '[]' where id_hash = ?`],
  ] as const) {
    test(`${what} fails one request, and is not there any more`, async () => {
      const { refreshToken } = await newTokens()
      const idHash = hash('sha256', refreshToken, 'hex')
      damage(sql, idHash)
      newErrors()
      assert.equal(told(await bystander.refresh(refreshToken)), '500 server_error')
      const [line = '', ...more] = newErrors()
      assert.deepEqual(more, [])
      assert.ok(line.includes(idHash) && line.includes('store_corrupt'), line)
      assert.ok(!line.includes(ada.id), 'the log quotes the row')
      assert.equal(told(await bystander.refresh(refreshToken)), '400 invalid_grant')
      await assertOthersGoOn()
    })
  }

  test('whose facts are of another shape fails, and nothing is issued', async () => {
    const { refreshToken } = await newTokens()
    damage(
      `update artifacts set facts = '{"audiences":"all"}' where id_hash = ?`,
      hash('sha256', refreshToken, 'hex'),
    )
    assert.equal(told(await bystander.refresh(refreshToken)), '500 server_error')
    await assertOthersGoOn()
  })

  test('whose record has another type is not used', async () => {
    const { refreshToken } = await newTokens()
    damage(
      `update artifacts set payload = replace(payload, '"RefreshToken"', '"Unknown"') where id_hash = ?`,
      hash('sha256', refreshToken, 'hex'),
    )
    assert.equal(told(await bystander.refresh(refreshToken)), '400 invalid_grant')
    await assertOthersGoOn()
  })
})

test('FI-17, a session whose record was cut off fails one page; the browser then signs in anew', async () => {
  const browser = new Client({ name: 'browser', history, origin: () => issuer.url })
  codeOf(await browser.signIn(ada))
  const id = browser.agent.cookies.get('mintage_session') ?? ''
  damage(`update artifacts set payload = substr(payload, 1, 9) where id_hash = ?`, hash('sha256', id, 'hex'))
  assert.equal(told(await browser.return(ada)), '500 a page')
  assert.equal(told(await browser.return(ada)), '303 login_required')
  codeOf(await browser.signIn(ada))
  await assertOthersGoOn()
})

describe('FI-17, a sealed value whose tag is wrong', () => {
  /** Runs the work with the last character that counts changed in the value that is sealed there. */
  async function spoilt(
    table: string,
    column: string,
    where: string,
    work: () => Promise<void>,
  ): Promise<void> {
    const row = database.prepare(`select ${column} as sealed from ${table} where ${where}`).get()
    const sealed = String(row?.['sealed'])
    const broken = sealed.replace(/v1\.[\w-]+(?=[\w-]{3})/, (value) =>
      value.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    )
    assert.notEqual(broken, sealed)
    const write = async (value: string) => {
      const { directory } = issuer.store
      const before = await directory.catalog()
      damage(`update ${table} set ${column} = ? where ${where}`, value)
      damage(`update counters set value = value + 1 where name = 'catalog'`)
      while ((await directory.catalog()) === before) await setImmediate()
    }
    await write(broken)
    await work()
    await write(sealed)
  }

  test('fails the application whose secret it is, and no other one', async () => {
    await spoilt('applications', 'document', `id = '${webClient.id}'`, async () => {
      assert.equal(told(await bystander.refresh(bystandersToken)), '500 server_error')
      assert.equal((await machineToken(issuer.url)).status, 200)
    })
    await assertOthersGoOn()
  })

  test('fails the runs that may read the variable whose value it is; the refresh token stays good', async () => {
    await spoilt('environment_variables', 'document', `id = 'env_1'`, async () => {
      assert.equal(told(await bystander.refresh(bystandersToken)), '500 server_error')
    })
    await assertOthersGoOn()
  })
})

test('FI-17, a signing key whose tag is wrong is missed only by what it signs, and is reported to the operator', async (t) => {
  const key = (await issuer.store.signingKeys.all()).find(({ algorithm }) => algorithm === 'ES256')
  assert.ok(key)
  damage(
    `update signing_keys set sealed_private_jwk = substr(sealed_private_jwk, 1, 90) where kid = ?`,
    key.kid,
  )
  // The node that has read it before goes on with it.
  assert.equal((await machineToken(issuer.url)).status, 200)
  const restarted = await startIssuer(t, {
    directory: [],
    workflow,
    masterKey,
    issuer: issuer.url,
    location: { kind: 'sqlite', file },
  })
  const { keys } = await publishedKeys(restarted.url)
  assert.deepEqual(
    keys.map(({ alg }) => alg),
    ['RS256', 'EdDSA'],
  )
  assert.notEqual((await machineToken(restarted.url)).status, 200)
  tokensOf(await bystander.refresh(bystandersToken, { origin: restarted.url }))
  const told = restarted.events.filter(({ event }) => event === 'signing_key_unreadable')
  assert.deepEqual(
    told.map(({ fields }) => fields['kid']),
    [key.kid],
  )
})

function machineToken(origin: string): Promise<Response> {
  const form = {
    grant_type: 'client_credentials',
    client_id: m2mClient.id,
    client_secret: m2mClient.secret,
    audience,
  }
  return fetch(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
}
