// Each part of the server that calls out, under the same rules: the addresses that may be called, one allow list, and one pair of
// limits (docs/decisions/0064). A part that is added gets a row here.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exportJWK, generateKeyPair, SignJWT, decodeJwt } from 'jose'
import * as client from 'openid-client'
import { ada, logoutUri, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { freePort } from '../harness/free-port.ts'
import { startHttpServer, type ServerAnswer } from '../harness/http-server.ts'
import { machine, machineToken, managementProject, reports } from '../harness/management-project.ts'
import { relyingParty, signIn } from '../harness/relying-party.ts'
import { openTestServer } from '../harness/running-server.ts'

interface Far {
  readonly address: string
  /** In `settings`. */
  readonly settings: string
}

interface Outcome {
  /** `arrived`, or the code of the failure. */
  readonly result: string
}

/** Calls the far server as one part of the product does. */
type Caller = (t: TestContext, far: Far) => Promise<Outcome>

async function openAt(t: TestContext, projectDir: string) {
  const port = await freePort()
  const issuer = `http://localhost:${String(port)}`
  const production = { isDemo: false, isProduction: true, hasPlayground: false }
  const masterKey = randomBytes(32).toString('base64')
  const { server, logLines } = await openTestServer(t, {
    settings: { projectDir, issuer, port, masterKey, ...production },
  })
  return { issuer, logLines, store: server.store }
}

async function outcomeOfWorkflow(t: TestContext, far: Far, call: string): Promise<Outcome> {
  const workflow = `
export default async function () {
  const settled = await Promise.resolve().then(() => ${call}).then(() => 'arrived', (error) => error.code)
  kinde.m2mToken.setCustomClaim('result', settled)
}`
  const projectDir = await managementProject(t, { workflow, extra: `settings:\n${far.settings}` })
  const { issuer } = await openAt(t, projectDir)
  const { result } = decodeJwt(await machineToken(issuer, reports, machine))
  return { result: String(result) }
}

const keyPair = await generateKeyPair('RS256')
const keySet = { keys: [{ ...(await exportJWK(keyPair.publicKey)), kid: 'far', use: 'sig' }] }
const token = await new SignJWT({})
  .setProtectedHeader({ alg: 'RS256', kid: 'far' })
  .setExpirationTime('1h')
  .sign(keyPair.privateKey)

const callers: Readonly<Record<string, Caller>> = {
  'kinde.fetch of a workflow': (t, far) =>
    outcomeOfWorkflow(t, far, `kinde.fetch('${far.address}', { method: 'GET', headers: {} })`),
  'the key set of a cached token': (t, far) =>
    outcomeOfWorkflow(
      t,
      far,
      `kinde.cache.jwtToken('far', {
        validation: { key: { type: 'jwks', jwks: { url: '${far.address}' } } },
        onMissingOrExpired: () => '${token}',
      })`,
    ),
  async 'back-channel logout'(t, far) {
    const projectDir = await managementProject(t, {
      applications: `
  web:
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
    logoutUris: ['${logoutUri}']
    backchannelLogoutUri: ${far.address}
`,
      extra: `users: [{ id: ${ada.id}, email: ${ada.email}, password: ${ada.password} }]\nsettings:\n${far.settings}`,
    })
    const { issuer, logLines } = await openAt(t, projectDir)
    const rp = await relyingParty({ url: issuer }, webClient.id, client.ClientSecretPost(webClient.secret))
    const { agent } = await signIn({ url: issuer }, rp)
    await agent.get(`${issuer}/logout?redirect=${encodeURIComponent(logoutUri)}`)
    const failed = logLines.find((line) => line.includes('backchannel_logout_failed'))
    const [, code] = /\b(egress_denied|fetch_[a-z_]+)\b/.exec(failed ?? '') ?? []
    return { result: failed === undefined ? 'arrived' : (code ?? failed) }
  },
}

interface Case {
  readonly limits: string
  readonly isListed: boolean
  readonly answer: ServerAnswer | Promise<never>
  readonly result: string
}

const patient = 'callMs: 60000, wallClockMs: 60000'
const answer = { json: keySet }
const cases: Readonly<Record<string, Case>> = {
  'is refused at a private address': {
    limits: patient,
    isListed: false,
    answer,
    result: 'egress_denied',
  },
  'reaches a private address that settings.egress.allow lists': {
    limits: patient,
    isListed: true,
    answer,
    result: 'arrived',
  },
  'ends when the answer is larger than limits.callBytes': {
    limits: `${patient}, callBytes: 1000`,
    isListed: true,
    answer: { text: 'x'.repeat(1_001) },
    result: 'fetch_too_large',
  },
  'ends when the answer takes longer than limits.callMs': {
    limits: 'callMs: 200, wallClockMs: 60000',
    isListed: true,
    answer: new Promise<never>(() => {}),
    result: 'fetch_timeout',
  },
}

for (const [name, call] of Object.entries(callers))
  describe(name, () => {
    for (const [rule, { limits, isListed, answer: given, result }] of Object.entries(cases))
      test(rule, async (t) => {
        const server = await startHttpServer(t, () => given)
        const allow = isListed ? `['${server.origin}']` : '[]'
        const far = {
          address: `${server.origin}/far`,
          settings: `  egress: { allow: ${allow} }\n  limits: { ${limits} }\n`,
        }
        assert.deepEqual(await call(t, far), { result })
        assert.equal(server.requests.length, isListed ? 1 : 0)
      })
  })

// A repository is larger than limits.callBytes, so it has bounds of its own (src/git-sync); the addresses are under the same rule.
for (const isListed of [false, true])
  test(`deployments from git: ${isListed ? 'reach a private address that settings.egress.allow lists' : 'are refused at a private address'}`, async (t) => {
    const server = await startHttpServer(t, () => ({ status: 404, text: 'nothing here' }))
    const projectDir = await managementProject(t, {
      extra: `settings:
  egress: { allow: ${isListed ? `['${server.origin}']` : '[]'} }
  deployments: { git: { repository: '${server.origin}/shop.git', branch: main } }
`,
    })
    const { logLines } = await openAt(t, projectDir)
    let failed: string | undefined
    while ((failed = logLines.find((line) => line.includes('git_not_deployed'))) === undefined)
      await delay(20)
    assert.match(failed, isListed ? /404/ : /is a loopback address/)
    assert.equal(server.requests.length > 0, isListed)
  })

// Only the status of a receiver's answer is looked at, and no page waits for it, so limits.callMs and callBytes are not about it.
for (const isListed of [false, true])
  test(`webhooks: ${isListed ? 'reach a private address that settings.egress.allow lists' : 'are refused at a private address'}`, async (t) => {
    const server = await startHttpServer(t, () => ({ text: 'x'.repeat(100_000) }))
    const allow = isListed ? `['${server.origin}']` : '[]'
    const projectDir = await managementProject(t, {
      extra: `settings: { egress: { allow: ${allow} }, limits: { callBytes: 1000 } }`,
    })
    const { issuer, logLines, store } = await openAt(t, projectDir)
    // Behind the check of the API: as if the list had held the address when it was saved.
    const fields = { name: 'Far', description: null, eventTypes: ['user.created'], createdAtMs: 1 }
    const webhook = { id: 'webhook_far', endpoint: `${server.origin}/far?key=s3cret`, ...fields }
    await store.commit([{ kind: 'put-webhook', webhook }])
    const created = await fetch(`${issuer}/api/v1/user`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await machineToken(issuer)}` },
      body: JSON.stringify({ profile: { given_name: 'Ada' } }),
    })
    assert.equal(created.status, 200)
    let tried: string | undefined
    while ((tried = logLines.find((line) => /webhook_deliver(?:ed|y_failed)/.test(line))) === undefined)
      await delay(20)
    assert.match(tried, isListed ? /"status":200,"event":"webhook_delivered"/ : /egress_denied/)
    assert.ok(!logLines.some((line) => line.includes('s3cret')))
    assert.equal(server.requests.length, isListed ? 1 : 0)
  })

test('only src/net makes HTTP requests: the rest of the source has no global fetch and no HTTP client of Node', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const found: string[] = []
  // The guest's fetch is a host call.
  for await (const file of glob('{src,bin}/**/*.{ts,js}', { cwd: root, exclude: ['src/runtime/guest/**'] })) {
    if (/^src\/net\/|\.test\.ts$|\/fixtures\//.test(file)) continue
    const code = readFileSync(`${root}/${file}`, 'utf8').replaceAll(/\/\/.*|'[^'\n]*'/g, '')
    const calls = [
      ...code.matchAll(
        /(?<![\w.#]|async |\bfunction )fetch\((?!\w+: )|globalThis\.fetch|\bhttps?\.(?:get|request)\(|from undici/g,
      ),
    ]
    found.push(...calls.map(([call]) => `${file}: ${call}`))
  }
  assert.deepEqual(found, [])
})
