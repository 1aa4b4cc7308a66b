// C§6.11: a sign-in may ask for a deployment that is not live. Its password comes first, and its tokens, refreshed ones too, come from that
// deployment and from no other.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { previewOf, withdrawPreview } from '../../src/directory/index.ts'
import { ada, deviceClient, directoryFixture, weaving } from '../harness/directory-fixture.ts'
import { postForm } from '../harness/form-request.ts'
import { startIssuer, type OpenedPreview } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode, refreshTokens, type TokenAnswer } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, passThrough, shownText, signIn } from '../harness/visitor.ts'

const mintsAs = (version: string) => `
export const workflowSettings = {
  id: 'version', trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}
export default async function version() {
  kinde.accessToken.setCustomClaim('version', '${version}')
  kinde.idToken.setCustomClaim('version', '${version}')
}`

const directory = await directoryFixture({ isInBoth: true })
const issuer = await startIssuer({ after }, { directory, workflow: mintsAs('live') })
let drafts = 0

/** Each test has a draft of its own, because a preview that ends would end it for others. */
function draft(): Promise<OpenedPreview & { readonly version: string }> {
  const version = `draft ${String((drafts += 1))}`
  return issuer.preview(mintsAs(version)).then((preview) => ({ ...preview, version }))
}

const inOrganization = { org_code: weaving.code }

function urlOf(deployId: string, changes: Readonly<Record<string, string>> = {}): string {
  return authorizationUrl(issuer.url, { ...inOrganization, deploy_id: deployId, ...changes })
}

async function enterPassword(agent: UserAgent, page: PageShown, { password }: OpenedPreview) {
  return agent.submit(page, '/preview', { preview_password: password })
}

async function previewedSignIn(agent: UserAgent, preview: OpenedPreview, url: string): Promise<URL> {
  const next = await enterPassword(agent, await agent.get(url), preview)
  return callbackOf(await agent.submit(next, '/sign-in', { identifier: ada.email, password: ada.password }))
}

function versionOf({ body }: TokenAnswer, token: 'access_token' | 'id_token' = 'access_token'): unknown {
  const [, payload = ''] = (body[token] ?? '').split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return Reflect.get(Object(claims), 'version')
}

async function auditedEvents(): Promise<readonly string[]> {
  const records = await issuer.store.audit.list({ limit: 1_000 })
  return records.map(({ event }) => event)
}

async function withdraw({ deploymentId }: OpenedPreview): Promise<void> {
  const preview = previewOf(deploymentId, await issuer.store.directory.catalog())
  assert.ok(preview)
  const by = { event: 'management.test', clientId: null, ip: null } as const
  await withdrawPreview(preview, { store: issuer.store, by, random: () => new Uint8Array(), now: Date.now })
}

describe('C§6.11: a sign-in with a preview', () => {
  test('asks for the password first, and mints every token of that sign-in with the draft', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const page = await agent.get(urlOf(preview.deploymentId))
    assert.equal(page.status, 200)
    assert.match(shownText(page.text), /Preview a new version/)
    assert.ok(page.text.includes(preview.deploymentId))
    assert.doesNotMatch(page.text, /name="identifier"/)
    const tokens = await redeemCode(
      issuer.url,
      await previewedSignIn(agent, preview, urlOf(preview.deploymentId)),
    )
    assert.equal(versionOf(tokens), preview.version)
    assert.equal(versionOf(tokens, 'id_token'), preview.version)
    let refreshed = tokens
    for (const _ of [1, 2]) {
      refreshed = await refreshTokens(issuer.url, refreshed.body.refresh_token ?? '')
      assert.equal(versionOf(refreshed), preview.version)
    }
    await issuer.store.invocations.flush()
    const [newest] = await issuer.store.invocations.list({ limit: 1 })
    assert.equal(newest?.deploymentId, preview.deploymentId)
  })

  test('gives other sign-ins the live deployment, also in the same browser', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const previewed = await redeemCode(
      issuer.url,
      await previewedSignIn(agent, preview, urlOf(preview.deploymentId)),
    )
    const silent = authorizationUrl(issuer.url, { ...inOrganization, prompt: 'none' })
    assert.equal(versionOf(await redeemCode(issuer.url, await passThrough(agent, silent))), 'live')
    const other = await signIn(userAgent(issuer.url), authorizationUrl(issuer.url, inOrganization))
    assert.equal(versionOf(await redeemCode(issuer.url, other)), 'live')
    assert.equal(
      versionOf(await refreshTokens(issuer.url, previewed.body.refresh_token ?? '')),
      preview.version,
    )
  })

  test('finds the deployment by the id of one of its workflows, under either name', async () => {
    const preview = await draft()
    const { workflowDeploymentId, deploymentId } = preview
    for (const changes of [
      { deploy_id: workflowDeploymentId },
      { deploy_id: '', workflow_deployment_id: workflowDeploymentId },
      { deploy_id: deploymentId, workflow_deployment_id: workflowDeploymentId },
    ]) {
      const url = authorizationUrl(issuer.url, { ...inOrganization, ...changes })
      const callback = await previewedSignIn(userAgent(issuer.url), preview, url)
      assert.equal(versionOf(await redeemCode(issuer.url, callback)), preview.version)
    }
  })

  test('keeps the preview through signing in anew and choosing an organization', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    await signIn(agent, authorizationUrl(issuer.url, inOrganization))
    const url = authorizationUrl(issuer.url, { deploy_id: preview.deploymentId, prompt: 'login' })
    const first = await enterPassword(agent, await agent.get(url), preview)
    const credentials = { identifier: ada.email, password: ada.password }
    const choice = await agent.submit(first, '/sign-in', credentials)
    const callback = callbackOf(await agent.submit(choice, '/organization', { org_code: weaving.code }))
    assert.equal(versionOf(await redeemCode(issuer.url, callback)), preview.version)
  })

  test('asks a user who is signed in for the password of the preview only', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    await signIn(agent, authorizationUrl(issuer.url, inOrganization))
    const callback = callbackOf(
      await enterPassword(agent, await agent.get(urlOf(preview.deploymentId)), preview),
    )
    assert.equal(versionOf(await redeemCode(issuer.url, callback)), preview.version)
  })

  test('mints for a device with the draft that its request asks for', async () => {
    const preview = await draft()
    const { body } = await postForm(`${issuer.url}/oauth2/device/auth`, {
      client_id: deviceClient.id,
      scope: 'openid',
      ...inOrganization,
      deploy_id: preview.deploymentId,
    })
    const agent = userAgent(issuer.url)
    const code = await agent.submit(await agent.get(`${issuer.url}/device`), '/device', {
      user_code: String(body['user_code']),
    })
    const page = await agent.submit(code, '#confirm-form')
    const next = await enterPassword(agent, page, preview)
    await agent.submit(next, '/sign-in', { identifier: ada.email, password: ada.password })
    const answer = await postForm(`${issuer.url}/oauth2/token`, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: deviceClient.id,
      device_code: String(body['device_code']),
    })
    const tokens = { status: answer.status, body: { access_token: String(answer.body['access_token']) } }
    assert.equal(versionOf(tokens), preview.version)
  })

  test('does the work of a form that is sent twice once', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    await signIn(agent, authorizationUrl(issuer.url, inOrganization))
    const page = await agent.get(urlOf(preview.deploymentId))
    const entered = (await auditedEvents()).filter((event) => event === 'preview.entered').length
    const both = await Promise.all([enterPassword(agent, page, preview), enterPassword(agent, page, preview)])
    assert.equal(new Set(both.map((answer) => callbackOf(answer).href)).size, 1)
    assert.equal((await auditedEvents()).filter((event) => event === 'preview.entered').length, entered + 1)
  })
})

describe('C§6.11: a preview without its password', () => {
  test('shows the page again for a wrong or a missing password, and issues nothing', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const page = await agent.get(urlOf(preview.deploymentId))
    const count = async () => {
      await issuer.store.invocations.flush()
      return (await issuer.store.invocations.list({ limit: 1_000 })).length
    }
    const invocations = await count()
    for (const [given, problem] of [
      ['', /Fill in this field/],
      ['0000-0000', /not the password of the preview/],
    ] as const) {
      const again = await agent.submit(page, '/preview', { preview_password: given })
      assert.equal(again.status, 400)
      assert.match(shownText(again.text), problem)
      assert.equal(again.location, undefined)
    }
    assert.ok((await auditedEvents()).includes('user.sign_in_failed'))
    assert.equal(await count(), invocations)
  })

  test('does not sign the user in by the form of another step', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const page = await agent.get(urlOf(preview.deploymentId))
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
    const form = { csrf, identifier: ada.email, password: ada.password }
    const answer = await agent.post(`${new URL(page.url).pathname}/sign-in`, form)
    assert.equal(answer.location, undefined)
    assert.match(shownText(answer.text), /Preview a new version/)
  })

  test('makes wrong passwords of one address wait, and lets the right one in elsewhere', async (t) => {
    const given = { directory: await directoryFixture(), proxies: ['127.0.0.1', '::1'] }
    const throttled = await startIssuer(t, given)
    const preview = await throttled.preview(mintsAs('throttled'))
    const url = authorizationUrl(throttled.url, { deploy_id: preview.deploymentId })
    const guesser = userAgent(throttled.url, { 'x-forwarded-for': '203.0.113.7' })
    const page = await guesser.get(url)
    const statuses: number[] = []
    for (let guess = 0; guess < 12; guess += 1) {
      const answer = await guesser.submit(page, '/preview', { preview_password: `guess ${String(guess)}` })
      statuses.push(answer.status)
    }
    assert.deepEqual(statuses.slice(0, 10), Array(10).fill(400))
    assert.ok(statuses.includes(429), String(statuses))
    const late = await guesser.submit(page, '/preview', { preview_password: 'one more' })
    assert.ok(late.status === 400 || Number(late.headers.get('retry-after')) >= 1)
    const elsewhere = userAgent(throttled.url, { 'x-forwarded-for': '203.0.113.8' })
    const next = await enterPassword(elsewhere, await elsewhere.get(url), preview)
    assert.match(next.text, /name="identifier"/)
  })

  test('answers an application that forbids pages with interaction_required', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    await signIn(agent, authorizationUrl(issuer.url, inOrganization))
    const callback = await passThrough(agent, urlOf(preview.deploymentId, { prompt: 'none' }))
    assert.equal(callback.searchParams.get('error'), 'interaction_required')
    assert.equal(callback.searchParams.get('code'), null)
  })
})

describe('C§6.11: a preview that is not there', () => {
  test('ends a sign-in with an unknown id at a page, and never goes on with the live deployment', async () => {
    const [one, two] = [await draft(), await draft()]
    for (const changes of [
      { deploy_id: 'dep_unknown' },
      { deploy_id: 'wfd_000000000000000000000000' },
      { workflow_deployment_id: 'deploy <b>me</b>' },
      { deploy_id: one.deploymentId, workflow_deployment_id: two.workflowDeploymentId },
    ]) {
      const agent = userAgent(issuer.url)
      await signIn(agent, authorizationUrl(issuer.url, inOrganization))
      const url = authorizationUrl(issuer.url, { ...inOrganization, ...changes })
      const page = await agent.get(url)
      assert.equal(page.status, 404)
      assert.match(shownText(page.text), /This preview isn/)
      const callback = callbackOf(await agent.submit(page, '/back'))
      assert.equal(callback.searchParams.get('error'), 'invalid_request')
      assert.match(callback.searchParams.get('error_description') ?? '', /deploy_id/)
      const silent = await passThrough(agent, `${url}&prompt=none`)
      assert.equal(silent.searchParams.get('error'), 'invalid_request')
    }
  })

  test('ends refreshes when it is withdrawn, and a sign-in that waits for its password', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const tokens = await redeemCode(
      issuer.url,
      await previewedSignIn(agent, preview, urlOf(preview.deploymentId)),
    )
    const waiting = userAgent(issuer.url)
    const page = await waiting.get(urlOf(preview.deploymentId))
    await withdraw(preview)
    const refused = await refreshTokens(issuer.url, tokens.body.refresh_token ?? '')
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant'])
    assert.match(refused.body.error_description ?? '', /preview.*withdrawn/)
    assert.equal((await enterPassword(waiting, page, preview)).status, 404)
  })

  test('ends the refreshes of sign-ins with its old password when it gets another one', async () => {
    const preview = await draft()
    const agent = userAgent(issuer.url)
    const tokens = await redeemCode(
      issuer.url,
      await previewedSignIn(agent, preview, urlOf(preview.deploymentId)),
    )
    const renewed = await issuer.preview(mintsAs(preview.version))
    assert.equal(renewed.deploymentId, preview.deploymentId)
    assert.notEqual(renewed.password, preview.password)
    const refused = await refreshTokens(issuer.url, tokens.body.refresh_token ?? '')
    assert.equal(refused.body.error, 'invalid_grant')
    const page = await agent.get(urlOf(preview.deploymentId))
    assert.equal((await enterPassword(agent, page, preview)).status, 400)
    assert.equal(
      versionOf(await redeemCode(issuer.url, callbackOf(await enterPassword(agent, page, renewed)))),
      preview.version,
    )
  })
})
