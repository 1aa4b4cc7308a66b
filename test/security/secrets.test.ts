// Where secrets are after a whole life of a sign-in, and where they are not: database, log, records of runs, pages, answers
// (LG-01, LG-02, SE-03, KY-04).
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { openStore, type Change } from '../../src/store/index.ts'
import {
  ada,
  anotherApplication,
  directoryFixture,
  m2mClient,
  redirectUri,
  webClient,
} from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import {
  authorizationUrl,
  redeemCode,
  refreshTokens,
  requestTokens,
  tokensOf,
} from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'
import { signIn } from '../harness/visitor.ts'

const secret = 'canary-of-the-workflow-7f3a9c'
const wrongPassword = 'canary-that-is-no-password-51bd'
const newPassword = 'canary of another password 8841'

const secretVariable: Change = {
  kind: 'put-environment-variable',
  variable: { id: 'variable_1', key: 'CRM_KEY', value: secret, isSecret: true, createdAtMs: 0 },
}

/** Uses its secret in every way that could leave it somewhere. */
function careless(crm: string, end = ''): string {
  return `
export const workflowSettings = {
  id: 'careless',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.auth': {}, 'kinde.env': {}, 'kinde.fetch': {} },
}
export default async function () {
  const key = kinde.env.get('CRM_KEY').value
  console.log('the key is', key, { key })
  await kinde.fetch('${crm}/?key=' + key, { method: 'POST', headers: { authorization: 'Bearer ' + key }, body: { key } })
  ${end}
}`
}

async function databaseFiles({ folder }: TestIssuer): Promise<Buffer> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('mintage.db'))
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

describe('LG-01 after a whole life of a sign-in', () => {
  test('no password, secret, code, token or cookie is in the database or in the log', async (t) => {
    const crm = await startHttpServer(t, () => ({ json: {} }))
    const issuer = await startIssuer(t, {
      directory: [...(await directoryFixture()), secretVariable],
      allow: [crm.host],
      workflow: careless(crm.origin),
    })
    const agent = userAgent(issuer.url)
    const entrance = await agent.get(authorizationUrl(issuer.url))
    await agent.submit(entrance, '/sign-in', { identifier: ada.email, password: wrongPassword })
    const callback = await signIn(agent, authorizationUrl(issuer.url))
    const first = tokensOf(await redeemCode(issuer.url, callback))
    const second = tokensOf(await refreshTokens(issuer.url, first.refreshToken))
    await fetch(`${issuer.url}/oauth2/v2/user_profile`, {
      headers: { authorization: `Bearer ${second.accessToken}` },
    })
    const hint = new URLSearchParams({ id_token_hint: second.idToken, redirect: second.accessToken })
    await agent.get(`/logout?${hint.toString()}`)
    await requestTokens(issuer.url, { grant_type: 'refresh_token', refresh_token: `${second.refreshToken}x` })
    await agent.submit(await agent.get('/account/password'), '/account/password', {
      current_password: ada.password,
      new_password: newPassword,
    })
    await agent.submit(await agent.get('/forgotten-password'), '/forgotten-password', { email: ada.email })
    await issuer.settle()
    await issuer.store.invocations.flush()

    const canaries = {
      password: ada.password,
      wrongPassword,
      newPassword,
      clientSecret: webClient.secret,
      workflowSecret: secret,
      code: callback.searchParams.get('code') ?? '',
      ...Object.fromEntries(
        Object.entries({ ...first, ...renamed(second) }).map(([name, token]) => [
          name,
          token.split('.').at(-1) ?? '',
        ]),
      ),
      sessionCookie: agent.cookies.get('mintage_session') ?? '',
      mailedToken: issuer.mails.at(-1)?.token ?? '',
    }
    const database = await databaseFiles(issuer)
    const log = issuer.logLines.join('\n')
    for (const [name, canary] of Object.entries(canaries)) {
      assert.ok(canary.length >= 16, `${name} is long enough to be told from chance`)
      assert.equal(database.includes(canary), false, `${name} is in the database`)
      assert.equal(log.includes(canary), false, `${name} is in the log`)
    }
    // The search finds what is there.
    assert.ok(database.includes(ada.email))
    assert.ok(log.includes('/oauth2/token'))
    assert.match(JSON.stringify(crm.requests.map(({ headers }) => headers)), new RegExp(secret))
  })

  for (const [what, status, outcome, end] of [
    ['failed', 500, 'threw', `throw new Error('no luck with ' + key)`],
    ['denying', 403, 'denied', `kinde.auth.denyAccess('no luck with ' + key)`],
  ] as const) {
    test(`a ${what} workflow shows its secret neither on the page nor to the application nor in the database`, async (t) => {
      const crm = await startHttpServer(t, () => ({ json: {} }))
      const issuer = await startIssuer(t, {
        directory: [...(await directoryFixture()), secretVariable],
        allow: [crm.host],
        workflow: careless(crm.origin, end),
      })
      const agent = userAgent(issuer.url)
      const page = await agent.submit(await agent.get(authorizationUrl(issuer.url)), '/sign-in', {
        identifier: ada.email,
        password: ada.password,
      })
      assert.equal(page.status, status)
      assert.match(page.text, /no luck with/)
      const back = await agent.submit(page, '/back')
      await issuer.store.invocations.flush()
      const [record] = await issuer.store.invocations.list({ limit: 1 })
      assert.equal(record?.outcome, outcome)
      const database = (await databaseFiles(issuer)).toString('latin1')
      for (const text of [
        page.text,
        back.location ?? '',
        JSON.stringify(record),
        database,
        issuer.logLines.join(),
      ])
        assert.equal(text.includes(secret), false)
    })
  }
})

function renamed(tokens: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tokens).map(([name, token]) => [`refreshed ${name}`, String(token)]),
  )
}

describe('LG-02 the log', () => {
  test('is one line of JSON for each event, whatever strangers and workflows write', async (t) => {
    const hostile = '\u001b[31mred\u001b[0m\r\n{"level":"error","event":"forged"}\u2028'
    const workflow = `
export const workflowSettings = { id: 'loud', trigger: 'user:tokens_generation', bindings: {} }
export default async function () {
  console.log(${JSON.stringify(hostile)}, 'x'.repeat(1_000_000))
  throw new Error(${JSON.stringify(hostile)})
}`
    const issuer = await startIssuer(t, { directory: await directoryFixture(), workflow })
    const agent = userAgent(issuer.url, { 'user-agent': `Browser {"level":"error"} \u009b31m` })
    const entrance = await agent.get(authorizationUrl(issuer.url, { state: hostile, login_hint: hostile }))
    await agent.submit(entrance, '/sign-in', { identifier: hostile, password: hostile })
    await agent.submit(entrance, '/sign-in', { identifier: ada.email, password: ada.password })
    await agent.get(`/${encodeURIComponent(hostile)}/${'x'.repeat(8_000)}`)
    await requestTokens(issuer.url, { grant_type: hostile, code: hostile, redirect_uri: redirectUri })

    assert.ok(issuer.logLines.length > 5)
    for (const line of issuer.logLines) {
      assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u)
      assert.ok(line.length < 20_000, `${String(line.length)} characters`)
      assert.notEqual(JSON.parse(line).event, 'forged')
    }
    await issuer.store.invocations.flush()
    const [record] = await issuer.store.invocations.list({ limit: 1 })
    assert.ok(JSON.stringify(record).length < 100_000)
  })
})

test('SE-03 a secret variable goes in and never comes out: the API gives null, its change leaves no trace', async (t) => {
  const issuer = await startIssuer(t, { directory: [...(await directoryFixture()), secretVariable] })
  const { apis } = await issuer.store.directory.catalog()
  const api = apis.find(({ isManagementApi }) => isManagementApi)
  assert.ok(api)
  await issuer.store.commit([
    anotherApplication({
      clientId: m2mClient.id,
      type: 'm2m',
      clientSecret: m2mClient.secret,
      redirectUris: [],
      apis: [{ apiId: api.id, scopeIds: api.scopes.map(({ id }) => id) }],
    }),
  ])
  const { body } = await requestTokens(issuer.url, {
    client_id: m2mClient.id,
    client_secret: m2mClient.secret,
    grant_type: 'client_credentials',
    audience: api.audience,
  })
  const call = async (method: string, path: string, json?: object) => {
    const response = await fetch(`${issuer.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${body.access_token ?? ''}`, 'content-type': 'application/json' },
      ...(json && { body: JSON.stringify(json) }),
    })
    return { status: response.status, text: await response.text() }
  }

  const created = await call('POST', '/environment_variables', {
    key: 'OTHER',
    value: newPassword,
    is_secret: true,
  })
  const listed = await call('GET', '/environment_variables')

  assert.deepEqual([created.status, listed.status], [201, 200])
  assert.match(listed.text, /"CRM_KEY"/)
  const audit = JSON.stringify(await issuer.store.audit.list({ limit: 100 }))
  const texts = { created: created.text, listed: listed.text, audit, log: issuer.logLines.join() }
  for (const [name, text] of Object.entries(texts)) {
    assert.equal(text.includes(secret), false, name)
    assert.equal(text.includes(newPassword), false, name)
  }
  const database = await databaseFiles(issuer)
  assert.equal(database.includes(secret) || database.includes(newPassword), false)
})

const privateParts = z.looseObject({ d: z.string() })

test('KY-04 private keys are ciphertext in the database, and another master key opens nothing', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  const keys = await issuer.store.signingKeys.all()
  assert.ok(keys.length >= 3)
  const database = await databaseFiles(issuer)
  for (const { kid, privateJwk } of keys) {
    assert.ok(database.includes(kid))
    assert.equal(database.includes(privateParts.parse(privateJwk).d), false)
  }

  const backup = join(issuer.folder, 'backup')
  for (const name of (await readdir(issuer.folder)).filter((one) => one.startsWith('mintage.db')))
    await cp(join(issuer.folder, name), join(backup, name))
  await assert.rejects(
    openStore({ location: { kind: 'sqlite', file: join(backup, 'mintage.db') }, masterKey: randomBytes(32) }),
    { code: 'master_key_wrong' },
  )
})
