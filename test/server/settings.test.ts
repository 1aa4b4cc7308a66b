// Each setting of mintage.yaml does what its line says, in a server that was opened with it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { planServer } from '../../src/app/index.ts'
import { brandingFile } from '../../src/directory/index.ts'
import { demoProject, demoWorkflow } from '../harness/demo-project.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { png } from '../harness/images.ts'
import { sendRaw } from '../harness/raw-request.ts'
import { developing, openTestServer, type TestServer } from '../harness/running-server.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { shownText } from '../harness/visitor.ts'

const charles = { identifier: 'charles@example.com', password: 'difference-engine-42' }
const tokenAnswer = z.looseObject({
  expires_in: z.int().optional(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
  error: z.string().optional(),
})

const clientId = 'd3300000000000000000000000000002'

/** The demo, with these settings in place of its own. */
async function openWith(t: TestContext, settings: string, workflow?: string): Promise<TestServer> {
  const changes = { settings, ...(workflow !== undefined && { workflow }) }
  return openTestServer(t, { settings: { projectDir: await demoProject(t, changes) } })
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
  t.mock.timers.tick(1_812_000)
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
    assert.match(await discovery.text(), /"prompt_values_supported":\["none","login","select_account"\]/)
  })

  test('makes a sign-in of what SDKs send for register()', async (t) => {
    const { server } = await openWith(t, settings)
    const page = await userAgent(server.issuer).get(
      authorizationUrl(server.issuer, { start_page: 'registration' }),
    )
    assert.match(page.text, /action="[^"]*\/sign-in"/)
  })
})

test('connections without email:password offer no sign-up, which is by address', async (t) => {
  const off = `
connections:
  'email:password': { isEnabled: false }
  'username:password': { isEnabled: true }`
  const { server } = await openWith(t, `  name: Without addresses\n${off}`)
  const agent = userAgent(server.issuer)
  const page = await agent.get(authorizationUrl(server.issuer, {}))
  assert.doesNotMatch(page.text, /view=sign-up/)
  const asked = await agent.get(authorizationUrl(server.issuer, { prompt: 'create' }))
  assert.match(asked.text, /action="[^"]*\/sign-in"/)
})

describe('languages', () => {
  test('of one: pages are in it whatever is asked for, and there is nothing to choose', async (t) => {
    const { server } = await openWith(t, '  languages: [de]')
    const page = await userAgent(server.issuer, { 'accept-language': 'en' }).get(
      authorizationUrl(server.issuer, { lang: 'en' }),
    )
    assert.match(page.text, /<html lang="de">/)
    assert.doesNotMatch(page.text, /foot-languages/)
    const discovery = await fetch(`${server.issuer}/.well-known/openid-configuration`)
    assert.match(await discovery.text(), /"ui_locales_supported":\["de"\]/)
  })

  test('use the first one for a user who prefers none of them', async (t) => {
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

/** Quoted-printable (RFC 2045 §6.7) folds long lines. */
function unfolded(data: string): string {
  return data
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
}

test('mail sends by the mail server that it names, in its name and in the look of the sign-in', async (t) => {
  const smtp = await startSmtpServer(t)
  const { host, port } = smtp.settings
  const { server, shown } = await openWith(
    t,
    `  name: Works of Babbage
  customDomains: [http://auth.localhost]
  branding: { primaryColor: '#0056f1' }
  mail:
    from: Works <hello@works.example>
    smtp: { host: ${host}, port: ${port}, security: none }`,
  )
  const agent = userAgent(server.issuer)
  const form = await agent.get(`${server.issuer}/forgotten-password`)
  await agent.submit(form, '/forgotten-password', { email: charles.identifier })
  const { items } = await server.store.directory.organizations({ size: 1 })
  const code = items[0]?.code ?? ''
  const settings = { senderName: 'Engines, Inc.', senderEmail: 'hello@engines.example' }
  const logo = brandingFile('logo', png)
  assert.ok('file' in logo)
  const organization = { kind: 'organization', code } as const
  const application = { kind: 'application', clientId } as const
  await server.store.commit([
    { kind: 'update-organization', code, set: { settings } },
    { kind: 'put-branding', of: organization, branding: { buttonColor: '#7c2d92' }, expectedVersion: 0 },
    { kind: 'put-branding-file', of: organization, file: logo.file },
    { kind: 'put-branding', of: application, branding: { businessName: 'Engine Shop' }, expectedVersion: 0 },
  ])
  const signInPage = await agent.get(authorizationUrl(server.issuer, { org_code: code }))
  const forgotten = await agent.get(`${signInPage.url}?view=forgotten-password`)
  await agent.submit(forgotten, '/forgotten-password', { email: charles.identifier })
  // One that is asked for at a custom domain leads back to it.
  const atDomain = { host: 'auth.localhost', origin: 'http://auth.localhost' }
  const there = await sendRaw(server.issuer, { target: '/forgotten-password', headers: atDomain })
  const asked = await sendRaw(server.issuer, {
    method: 'POST',
    target: '/forgotten-password',
    headers: {
      ...atDomain,
      cookie: String(there.headers['set-cookie']?.[0]?.split(';', 1)[0]),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      csrf: /name="csrf" value="([^"]+)"/.exec(there.text)?.[1] ?? '',
      email: charles.identifier,
    }).toString(),
  })
  assert.equal(asked.status, 200)
  // Also when the server is told to end at once.
  await server.close()
  const sentFrom = (address: string) =>
    smtp.mails
      .filter(({ from }) => from === address)
      // Quoted-printable (RFC 2045 §6.7) folds long lines.
      .map((one) => ({ ...one, link: /http\S+\?token=/.exec(one.data.replaceAll(/=\r?\n/g, ''))?.[0] }))
      .toSorted((one, other) => String(other.link).localeCompare(String(one.link)))
  const [ofOrganization] = sentFrom('hello@engines.example')
  const [mail, mailOfDomain] = sentFrom('hello@works.example')
  assert.equal(mailOfDomain?.link, 'http://auth.localhost/reset-password?token=')
  assert.equal(ofOrganization?.from, 'hello@engines.example')
  assert.match(ofOrganization.data, /^From: "Engines, Inc\." <hello@engines\.example>$/m)
  assert.deepEqual(mail?.to, [charles.identifier])
  assert.match(mail.data, /Works of Babbage/)
  assert.equal(mail.link, `${server.issuer}/reset-password?token=`)
  // Of no application: the environment’s look. Of a sign-in: the organization’s, and the application’s where that says nothing.
  const [plainLook, ownLook] = [unfolded(mail.data), unfolded(ofOrganization.data)]
  assert.match(plainLook, /background: #0056f1; color: #ffffff/)
  assert.doesNotMatch(plainLook, /<img|Engine Shop/)
  assert.match(ownLook, /background: #7c2d92; color: #ffffff/)
  assert.match(ownLook, /^Subject: .*Engine Shop/m)
  assert.ok(ownLook.includes(`<img src="${server.issuer}/logo?org_code=${code}&amp;cache=`), ownLook)
  assert.doesNotMatch(ownLook, /Works of Babbage|#0056f1/)
  assert.deepEqual(shown, [])
})

test('customDomains refuses the address of the issuer itself', async (t) => {
  const projectDir = await demoProject(t, { settings: '  customDomains: [http://Auth.localhost:80/]' })
  const settings = { ...developing(projectDir, join(projectDir, 'data')), issuer: 'https://auth.localhost' }
  await assert.rejects(planServer(settings), {
    code: 'mintage_file_invalid',
    message: /settings\.customDomains\[0\]: auth\.localhost is the host of the issuer itself/,
  })
})

test('customDomains by http end a start in production', async (t) => {
  const projectDir = await demoProject(t, { settings: '  customDomains: [http://auth.example.com]' })
  const settings = { projectDir, isProduction: true, issuer: 'https://id.example.com' }
  await assert.rejects(openTestServer(t, { settings }), {
    code: 'setting_insecure',
    message: /^settings\.customDomains: http:\/\/auth\.example\.com is an http address/,
  })
})

describe('what one run may do', () => {
  const invocationOf = async ({ server }: TestServer) => {
    await signIn(userAgent(server.issuer), server.issuer)
    await server.store.invocations.flush()
    return (await server.store.invocations.list({ limit: 1 }))[0]
  }

  test('limits end a run that goes beyond them', async (t) => {
    const opened = await openWith(t, '  limits: { runningTimeMs: 40 }', demoWorkflow('for (;;) {}'))
    const invocation = await invocationOf(opened)
    assert.equal(invocation?.outcome, 'running-time-exceeded')
    assert.match(JSON.stringify(invocation.document), /longer than 40 ms/)
  })

  test('strictClaims fails a run that tries a reserved claim; without it the attempt is dropped', async (t) => {
    const workflow = demoWorkflow(`kinde.accessToken.setCustomClaim('sub', 'kp_ada')`)
    const strict = await invocationOf(await openWith(t, '  strictClaims: true', workflow))
    assert.deepEqual([strict?.outcome, strict?.decision], ['claim-reserved', 'refuse'])
    const lenient = await invocationOf(await openWith(t, '  strictClaims: false', workflow))
    assert.deepEqual([lenient?.outcome, lenient?.decision], ['completed', 'issue'])
  })

  test('strictBindings mounts what is declared and no more', async (t) => {
    const workflow = demoWorkflow(`kinde.accessToken.setCustomClaim('fetch', typeof fetch)`)
    for (const [isStrict, type] of [
      [true, 'undefined'],
      [false, 'function'],
    ] as const) {
      const invocation = await invocationOf(await openWith(t, `  strictBindings: ${isStrict}`, workflow))
      assert.match(JSON.stringify(invocation?.document), new RegExp(`"fetch":"${type}"`))
    }
  })

  test('egress.allow lets workflows call a private address', async (t) => {
    const crm = await startHttpServer(t, () => ({ json: { plan: 'gold' } }))
    const workflow = demoWorkflow(
      `kinde.accessToken.setCustomClaim('plan', (await (await fetch('${crm.origin}/plan')).json()).plan)`,
    )
    const allowed = await invocationOf(await openWith(t, `  egress: { allow: ['${crm.origin}'] }`, workflow))
    assert.match(JSON.stringify(allowed?.document), /"plan":"gold"/)
    const refused = await invocationOf(await openWith(t, '  egress: {}', workflow))
    assert.match(JSON.stringify(refused?.document), /egress_denied/)
  })
})

test('tokenLifetimes and refreshGraceSeconds hold for tokens', async (t) => {
  const { server } = await openWith(
    t,
    '  refreshGraceSeconds: 0\n  tokenLifetimes: { accessToken: 300, idToken: 200 }',
  )
  const agent = userAgent(server.issuer)
  const url = authorizationUrl(server.issuer, { scope: 'openid offline' })
  const callback = await agent.submit(await agent.get(url), '/sign-in', charles)
  const ask = async (form: Readonly<Record<string, string>>) => {
    const response = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, ...form }),
    })
    return tokenAnswer.parse(await response.json())
  }
  const first = await ask({
    grant_type: 'authorization_code',
    code: new URL(callback.location ?? '').searchParams.get('code') ?? '',
    redirect_uri: 'http://localhost:3000',
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })
  assert.equal(first.expires_in, 300)
  const { exp, iat } = decodeJwt(first.id_token ?? '')
  assert.equal(Number(exp) - Number(iat), 200)
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' }
  assert.equal((await ask(refresh)).expires_in, 300)
  assert.equal((await ask(refresh)).error, 'invalid_grant')
})
