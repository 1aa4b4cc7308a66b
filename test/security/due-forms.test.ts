// C3: a form does something only at the step whose page shows it. A table of steps and forms: the forms of a page, and every other
// form posted to the same step by hand, with the right token of this browser.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { ada, deviceClient, directoryFixture, engines, weaving } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationUrl, redeemCode } from '../harness/signed-in-tokens.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf, shownText, signIn } from '../harness/visitor.ts'

const denying = `
export const workflowSettings = { id: 'deny', trigger: 'user:tokens_generation', bindings: { 'kinde.auth': {} } }
export default async function deny() { kinde.auth.denyAccess('Not on Saturdays.') }`
const failing = `
export const workflowSettings = { id: 'fail', trigger: 'user:tokens_generation' }
export default async function fail() { throw new Error('broken') }`

/** What a browser could post to any step: each would end the step, were it due. */
const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sign-in': { identifier: ada.email, password: ada.password },
  'temporary-password': {
    identifier: ada.email,
    current_password: ada.password,
    new_password: 'another one altogether',
  },
  'sign-up': { email: 'grace@example.com', password: 'nanoseconds in a wire' },
  'forgotten-password': { email: ada.email },
  preview: { preview_password: 'guess' },
  organization: { org_code: engines.code },
  'create-organization': { name: 'Looms & Co' },
  retry: {},
  back: {},
  'other-account': {},
  cancel: {},
  'no-such-form': {},
}

interface Step {
  readonly params?: Readonly<Record<string, string>>
  readonly isInBoth?: boolean
  readonly workflow?: string
  /** Asks for the preview of this deployment. */
  readonly draft?: string
  readonly isSignedIn: boolean
  /** The forms of its page. */
  readonly due: readonly string[]
}

const drafted = denying.replace("id: 'deny'", "id: 'draft'")

const steps: Readonly<Record<string, Step>> = {
  'entering the password of a preview': { isSignedIn: false, draft: drafted, due: ['preview', 'cancel'] },
  'learning that a preview is gone': {
    isSignedIn: false,
    params: { deploy_id: 'dep_gone' },
    due: ['back'],
  },
  'signing in': { isSignedIn: false, due: ['sign-in', 'sign-up', 'forgotten-password', 'cancel'] },
  'signing up': {
    isSignedIn: false,
    params: { prompt: 'create' },
    due: ['sign-in', 'sign-up', 'forgotten-password', 'cancel'],
  },
  'choosing an organization': { isSignedIn: true, isInBoth: true, due: ['organization', 'cancel'] },
  'creating an organization': {
    isSignedIn: true,
    params: { is_create_org: 'true' },
    due: ['create-organization', 'cancel'],
  },
  'learning that one is not a member': {
    isSignedIn: true,
    params: { org_code: weaving.code },
    due: ['back', 'other-account'],
  },
  'learning that access is denied': { isSignedIn: true, workflow: denying, due: ['back', 'other-account'] },
  'learning that the workflow failed': { isSignedIn: true, workflow: failing, due: ['back', 'retry'] },
}

async function atStep(t: TestContext, { params = {}, isInBoth = false, workflow, draft, isSignedIn }: Step) {
  const directory = await directoryFixture({ isInBoth })
  const issuer = await startIssuer(t, { directory })
  const agent = userAgent(issuer.url)
  if (isSignedIn) await signIn(agent, authorizationUrl(issuer.url, { org_code: engines.code }))
  await issuer.deploy(workflow)
  const preview = draft === undefined ? {} : { deploy_id: (await issuer.preview(draft)).deploymentId }
  const open = () => agent.get(authorizationUrl(issuer.url, { ...params, ...preview }))
  return { issuer, agent, open }
}

function csrfOf({ text }: PageShown): string {
  return /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
}

function postTo(agent: UserAgent, page: PageShown, form: string) {
  return agent.post(`${new URL(page.url).pathname}/${form}`, { csrf: csrfOf(page), ...forms[form] })
}

describe('C3: a step takes only the forms that its page shows', () => {
  for (const [name, step] of Object.entries(steps)) {
    test(`shows the same page again for every other form while ${name}`, async (t) => {
      const { issuer, agent, open } = await atStep(t, step)
      const before = await issuer.store.directory.organizationsOf(ada.id)
      const page = await open()
      for (const form of Object.keys(forms).filter((one) => !step.due.includes(one))) {
        const answer = await postTo(agent, page, form)
        assert.equal(answer.location, undefined, `${form} left for the application`)
        assert.equal(answer.url, page.url.split('?')[0], form)
        assert.equal(shownText(answer.text), shownText(page.text), form)
      }
      assert.deepEqual(await issuer.store.directory.organizationsOf(ada.id), before)
      const { items } = await issuer.store.directory.users({ size: 10 })
      assert.deepEqual(
        items.map(({ id }) => id),
        [ada.id],
      )
    })
  }

  test('gives a non-member of the requested organization no tokens for another one', async (t) => {
    const { issuer, agent, open } = await atStep(t, {
      params: { org_code: weaving.code },
      isSignedIn: true,
      due: [],
    })
    const page = await open()
    assert.equal(page.status, 403)
    const answer = await postTo(agent, page, 'organization')
    assert.equal(answer.location, undefined)
    assert.equal(answer.status, 403)
    const left = callbackOf(await agent.submit(answer, '/back'))
    assert.equal(left.searchParams.get('error'), 'access_denied')
    assert.equal((await redeemCode(issuer.url, left)).status, 400)
  })

  test('keeps the password of a user who has no temporary one', async (t) => {
    const { issuer, agent, open } = await atStep(t, { isSignedIn: false, due: [] })
    const page = await open()
    const before = await issuer.store.directory.password(ada.id)
    await postTo(agent, page, 'temporary-password')
    assert.deepEqual(await issuer.store.directory.password(ada.id), before)
  })
})

test('C3: connects no device whose confirmation the user has not seen', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  const agent = userAgent(issuer.url)
  await signIn(agent, authorizationUrl(issuer.url))
  const begun = await fetch(`${issuer.url}/oauth2/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: deviceClient.id, scope: 'openid' }),
  })
  const { user_code: userCode } = (await begun.json()) as { user_code: string }
  const enter = await agent.get('/device')
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(enter.text)?.[1] ?? ''

  const confirm = await agent.post('/device', { xsrf, user_code: userCode, confirm: 'yes' })

  assert.match(shownText(confirm.text), /code/)
  assert.match(confirm.text, /name="confirm" value="yes"/)
  const refuse = await agent.post('/device', { xsrf, user_code: userCode, abort: 'yes' })
  assert.match(refuse.text, /name="confirm" value="yes"/)
  assert.match(shownText((await agent.submit(refuse, '/device')).text), /connected/i)
})
