// Each setting of mintage.yaml does what its line says, in a server that was opened with it.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { demoProjectDir, type ServerSettings } from '../../src/server/index.ts'
import { openTestServer, type TestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { shownText } from '../harness/visitor.ts'

const charles = { identifier: 'charles@example.com', password: 'difference-engine-42' }
const workflowPath = 'kindeSrc/environment/workflows/tokensWorkflow.ts'
const clientId = 'd3300000000000000000000000000002'

/** The demo, with these settings in place of its own. */
async function openWith(
  t: TestContext,
  settings: string,
  server: Partial<ServerSettings> = {},
): Promise<TestServer> {
  const yaml = await readFile(join(demoProjectDir, 'mintage.yaml'), 'utf8')
  const projectDir = await makeProject(t, {
    'kinde.json': await readFile(join(demoProjectDir, 'kinde.json'), 'utf8'),
    [workflowPath]: await readFile(join(demoProjectDir, workflowPath), 'utf8'),
    'mintage.yaml': yaml.replace(/^settings:\n(?:  .*\n|\n)*/m, `settings:\n${settings}\n`),
  })
  return openTestServer(t, { settings: { projectDir, ...server } })
}

async function signIn(agent: UserAgent, issuer: string): Promise<PageShown> {
  const form = await agent.submit(await agent.get(`${issuer}/playground`), '/playground/sign-in')
  return agent.submit(form, '/sign-in', charles)
}

function authorizationUrl(issuer: string, params: Readonly<Record<string, string>>): string {
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://localhost:3000',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...params,
  }
  return `${issuer}/oauth2/auth?${new URLSearchParams(query).toString()}`
}

test('session.maximumSeconds ends a session that is never idle', async (t) => {
  const { server } = await openWith(t, '  session: { maximumSeconds: 3600 }')
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const agent = userAgent(server.issuer)
  const first = await signIn(agent, server.issuer)
  t.mock.timers.tick(1_800_000)
  const second = await agent.submit(first, '/playground/silent')
  assert.match(shownText(second.text), /Good to see you again/)
  // Half an hour, and the engine's tolerance of clocks.
  t.mock.timers.tick(1_806_000)
  const third = await agent.submit(second, '/playground/silent')
  assert.match(shownText(third.text), /login_required/)
})

describe('signUp.isAllowed: false', () => {
  const settings = '  signUp: { isAllowed: false }'

  test('offers no sign-up: not in the playground, not at sign-in, not by the address of the page', async (t) => {
    const { server } = await openWith(t, settings)
    const agent = userAgent(server.issuer)
    const playground = await agent.get(`${server.issuer}/playground`)
    assert.doesNotMatch(playground.text, /\/playground\/sign-up/)
    const page = await agent.submit(playground, '/playground/sign-in')
    assert.doesNotMatch(page.text, /view=sign-up/)
    const asked = await agent.get(`${page.url}?view=sign-up`)
    assert.match(asked.text, /action="[^"]*\/sign-in"/)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const forged = await agent.post(`${page.url}/sign-up`, {
      csrf,
      email: 'grace@example.com',
      password: 'nanosecond-wire-30cm',
    })
    assert.equal(forged.status, 400)
    assert.equal(await server.store.directory.identity('email', 'grace@example.com'), undefined)
  })

  test('refuses prompt=create and does not name it in discovery (OIDC Prompt Create §4.1)', async (t) => {
    const { server } = await openWith(t, settings)
    const refused = await userAgent(server.issuer).get(authorizationUrl(server.issuer, { prompt: 'create' }))
    assert.equal(new URL(refused.location ?? '').searchParams.get('error'), 'invalid_request')
    const discovery = await fetch(`${server.issuer}/.well-known/openid-configuration`)
    assert.match(await discovery.text(), /"prompt_values_supported":\["none","login"\]/)
  })

  test('makes a sign-in of what SDKs send for register()', async (t) => {
    const { server } = await openWith(t, settings)
    const page = await userAgent(server.issuer).get(
      authorizationUrl(server.issuer, { start_page: 'registration' }),
    )
    assert.match(page.text, /action="[^"]*\/sign-in"/)
  })
})

describe('languages', () => {
  test('of one: pages are in it whatever is asked for, and there is nothing to choose', async (t) => {
    const { server } = await openWith(t, '  languages: [de]')
    const page = await userAgent(server.issuer, { 'accept-language': 'en' }).get(
      authorizationUrl(server.issuer, { lang: 'en' }),
    )
    assert.match(page.text, /<html lang="de">/)
    assert.doesNotMatch(page.text, /foot-languages/)
  })

  test('have their first for whoever prefers none of them', async (t) => {
    const { server } = await openWith(t, '  languages: [de, en]')
    const page = await userAgent(server.issuer, { 'accept-language': 'fr' }).get(
      authorizationUrl(server.issuer, { lang: 'fr' }),
    )
    assert.match(page.text, /<html lang="de">/)
    assert.match(page.text, /foot-languages/)
  })
})

test('name stands on pages that belong to no application', async (t) => {
  const { server } = await openWith(t, '  name: Works of Babbage')
  const page = await userAgent(server.issuer).get(`${server.issuer}/forgotten-password`)
  assert.match(page.text, /<title>[^<]* · Works of Babbage<\/title>/)
})

test('passwords.minLength and blocklist hold for a password that is chosen', async (t) => {
  const { server } = await openWith(
    t,
    '  signUp: { isEmailProofRequired: false }\n  passwords: { minLength: 12, blocklist: [analytical-engine] }',
  )
  const agent = userAgent(server.issuer)
  let page = await agent.submit(await agent.get(`${server.issuer}/playground`), '/playground/sign-up')
  for (const [password, told] of [
    ['elevenchars', /12 characters/],
    ['Analytical-Engine', /id="password-problem"/],
  ] as const) {
    page = await agent.submit(page, '/sign-up', { email: 'grace@example.com', password })
    assert.equal(page.status, 400)
    assert.match(page.text, told)
  }
  const done = await agent.submit(page, '/sign-up', {
    email: 'grace@example.com',
    password: 'nanosecond-wire',
  })
  assert.equal(done.url, `${server.issuer}/playground`)
})
