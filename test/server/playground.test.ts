// The playground as a person uses it, without script: each button, and what the page then shows of the run.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openTestServer } from '../harness/running-server.ts'
import { userAgent, type PageShown, type UserAgent } from '../harness/user-agent.ts'
import { shownText } from '../harness/visitor.ts'

const { server, dir, nextChange } = await openTestServer({ after }, { watch: true })
const charles = { identifier: 'charles@example.com', password: 'difference-engine-42' }
const newPassword = 'connexion-of-sciences-34'
const workflowFile = join(dir, 'kindeSrc/environment/workflows/tokensWorkflow.ts')

async function landing(agent: UserAgent): Promise<PageShown> {
  return agent.get(`${server.issuer}/playground`)
}

async function signedIn(agent: UserAgent): Promise<PageShown> {
  const signInPage = await agent.submit(await landing(agent), '/playground/sign-in')
  return agent.submit(signInPage, '/sign-in', charles)
}

async function signedUp(
  agent: UserAgent,
  person: { readonly given_name: string; readonly email: string },
): Promise<PageShown> {
  const signUpPage = await agent.submit(await landing(agent), '/playground/sign-up')
  return agent.submit(signUpPage, '/sign-up', { family_name: 'Example', password: newPassword, ...person })
}

async function deploy(source: string): Promise<void> {
  await writeFile(workflowFile, source)
  await nextChange()
}

function comparison(page: PageShown): string {
  const section = /<section class="panel" id="comparison".*?<\/section>/s.exec(page.text)?.[0]
  assert.ok(section, 'the page compares nothing')
  return shownText(section)
}

/** Newest first. */
function invocationIds(page: PageShown): string[] {
  return [...page.text.matchAll(/class="history-entry" href="\/playground\/invocations\/(inv_[\w-]+)"/g)].map(
    ([, id]) => id ?? '',
  )
}

const workflow = (body: string) => `
export const workflowSettings = {
  id: 'demoTokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {} },
}
export default async function (event) {
${body}
}
`

describe('the playground', () => {
  test('says how to get in, and which workflow is live', async () => {
    const page = await landing(userAgent(server.issuer))
    assert.match(shownText(page.text), /ada@example\.com.*sunflower-engine-42/)
    assert.match(shownText(page.text), /tokensWorkflow\.ts.*demoTokens/)
    assert.equal((await userAgent(server.issuer).get(`${server.issuer}/`)).url, `${server.issuer}/playground`)
  })

  test('shows after a sign-in both tokens before and after, the event, and the run', async () => {
    const page = await signedIn(userAgent(server.issuer))
    assert.equal(page.url, `${server.issuer}/playground`)
    const text = shownText(page.text)
    assert.match(text, /Charles Babbage/)
    assert.match(text, /greeting Added .*Hello Charles/)
    assert.match(text, /feature_flags Removed/)
    assert.match(text, /shaped the tokens of kp_charles/)
    assert.match(text, /isExistingSession&quot; : false/)
  })

  test('shows a new run with each press: refresh, silent sign-in', async () => {
    const agent = userAgent(server.issuer)
    const first = await signedIn(agent)
    const second = await agent.submit(first, '/playground/refresh')
    assert.match(shownText(second.text), /refresh_token_request/)
    const third = await agent.submit(second, '/playground/silent')
    assert.match(shownText(third.text), /Good to see you again, Charles/)
    const ids = [...third.text.matchAll(/href="\/playground\/invocations\/(inv_[\w-]+)"/g)].map(
      ([, id]) => id,
    )
    assert.equal(new Set(ids).size, 3)
    const earlier = await agent.get(`${server.issuer}/playground/invocations/${ids.at(-1)}`)
    assert.match(shownText(earlier.text), /Hello Charles/)
  })

  test('signs a new person up', async () => {
    const agent = userAgent(server.issuer)
    const signUpPage = await agent.submit(await landing(agent), '/playground/sign-up')
    const page = await agent.submit(signUpPage, '/sign-up', {
      given_name: 'Grace',
      family_name: 'Hopper',
      email: 'grace@example.com',
      password: 'nanosecond-wire-30cm',
    })
    assert.match(shownText(page.text), /Hello Grace/)
  })

  test('switches to another organization of the user, without a password', async () => {
    const agent = userAgent(server.issuer)
    const signInPage = await agent.submit(await landing(agent), '/playground/sign-in')
    const choice = await agent.submit(signInPage, '/sign-in', {
      identifier: 'ada@example.com',
      password: 'sunflower-engine-42',
    })
    const first = await agent.submit(choice, '/organization', { org_code: 'org_engines' })
    assert.match(first.text, /id="switch-to-org_looms"[^>]*>\s*<span>Switch to <bdi>Jacquard Looms</)
    assert.doesNotMatch(first.text, /switch-to-org_engines/)
    const second = await agent.submit(first, '/playground/organization')
    assert.match(second.text, /id="switch-to-org_engines"/)
  })

  test('signs out of the issuer, too: the next sign-in asks for the password', async () => {
    const agent = userAgent(server.issuer)
    const page = await signedIn(agent)
    const question = await agent.submit(page, '/playground/sign-out')
    const signedOut = await agent.submit(question, '/logout/confirm', { logout: 'yes' })
    assert.equal(signedOut.url, `${server.issuer}/playground`)
    const again = await agent.submit(signedOut, '/playground/sign-in')
    assert.match(again.text, /action="[^"]*\/sign-in"/)
  })

  test('refuses a form without the token of this browser’s session (BR-04)', async () => {
    const agent = userAgent(server.issuer)
    const page = await signedIn(agent)
    const before = page.text.match(/inv_[\w-]+/g)?.length
    const after = await agent.submit(page, '/playground/refresh', { csrf: 'another' })
    assert.equal(after.text.match(/inv_[\w-]+/g)?.length, before)
  })

  test('takes no answer that another browser’s request got (BR-03)', async () => {
    const page = await userAgent(server.issuer).get(`${server.issuer}/playground/callback?code=x&state=y`)
    assert.equal(page.url, `${server.issuer}/playground`)
    assert.doesNotMatch(page.text, /id="refresh"/)
  })

  test('shows a browser’s runs only to that browser', async () => {
    const page = await signedIn(userAgent(server.issuer))
    const id = /inv_[\w-]+/.exec(page.text)?.[0]
    const other = await userAgent(server.issuer).get(`${server.issuer}/playground/invocations/${id}`)
    assert.equal(other.url, `${server.issuer}/playground`)
    assert.doesNotMatch(other.text, /Charles/)
  })

  test('shows what differs from the previous run of the same user, and from any other run of this browser', async () => {
    await deploy(
      workflow(`kinde.idToken.setCustomClaim('greeting', 'good morning')
  kinde.idToken.setCustomClaim('tier', 'basic')`),
    )
    const agent = userAgent(server.issuer)
    const first = await signedUp(agent, { given_name: 'Mary', email: 'mary@example.com' })
    assert.match(comparison(first), /no earlier invocation of this user/)
    const second = await agent.submit(first, '/playground/refresh')
    const same = comparison(second)
    assert.match(same, /The same decision and the same claims/)
    assert.equal(new Set(same.match(/dep_\w+/g)).size, 1)

    await deploy(
      workflow(`kinde.idToken.setCustomClaim('greeting', 'good evening')
  kinde.idToken.setCustomClaim('plan', 'pro')`),
    )
    const third = await agent.submit(second, '/playground/refresh')
    const changed = comparison(third)
    assert.match(changed, /greeting Changed Earlier &quot;good morning&quot; Later &quot;good evening&quot;/)
    assert.match(changed, /tier Removed Earlier &quot;basic&quot; Later absent/)
    assert.match(changed, /plan Added Earlier absent Later &quot;pro&quot;/)
    assert.doesNotMatch(changed, /\b(iat|exp|jti)\b|Access token/)
    assert.equal(new Set(changed.match(/dep_\w+/g)).size, 2)

    const [newest = '', middle = '', oldest = ''] = invocationIds(third)
    const link = `/playground/invocations/${newest}?with=${oldest}#comparison`
    assert.ok(third.text.includes(`href="${link}"`))
    const chosen = await agent.get(`${server.issuer}${link}`)
    assert.match(comparison(chosen), new RegExp(`Sign-up.*${oldest}.*Refresh.*${newest}.*greeting Changed`))
    // The earlier one stands before the later one, whichever is looked at.
    const backwards = await agent.get(`${server.issuer}/playground/invocations/${middle}?with=${newest}`)
    assert.match(comparison(backwards), new RegExp(`${middle}.*${newest}.*tier Removed`))
  })

  test('compares with no run that another browser caused for another user', async () => {
    await deploy(workflow(`kinde.idToken.setCustomClaim('version', 'the first')`))
    const caroline = { given_name: 'Caroline', email: 'caroline@example.com' }
    await signedUp(userAgent(server.issuer), caroline)
    await deploy(workflow(`kinde.idToken.setCustomClaim('version', event.context.user.id)`))
    const others = await signedIn(userAgent(server.issuer))
    const [othersId = ''] = invocationIds(others)
    const agent = userAgent(server.issuer)
    const signInPage = await agent.submit(await landing(agent), '/playground/sign-in')
    const own = await agent.submit(signInPage, '/sign-in', {
      identifier: caroline.email,
      password: newPassword,
    })
    const [ownId = ''] = invocationIds(own)
    // The previous run of the client is Charles's, and is passed over for the previous one of this user.
    assert.match(comparison(own), /version Changed Earlier &quot;the first&quot; Later &quot;kp_/)
    assert.doesNotMatch(own.text, new RegExp(`kp_charles|${othersId}`))
    const address = `${server.issuer}/playground/invocations/${ownId}`
    for (const id of [othersId, 'inv_unknown', ownId]) {
      // oxlint-disable-next-line no-await-in-loop -- one agent, one page at a time
      const asked = await agent.get(`${address}?with=${id}`)
      assert.equal(asked.url, address)
      assert.doesNotMatch(asked.text, /kp_charles/)
      if (id !== ownId) assert.doesNotMatch(asked.text, new RegExp(id))
    }
    const stolen = await agent.get(`${server.issuer}/playground/invocations/${othersId}?with=${ownId}`)
    assert.equal(stolen.url, `${server.issuer}/playground`)
    assert.doesNotMatch(stolen.text, /kp_charles/)
  })

  test('shows a denial, with its reason and its run', async () => {
    await deploy(workflow(`kinde.auth.denyAccess('The books are closed.')`))
    const agent = userAgent(server.issuer)
    const denied = await signedIn(agent)
    const page = await agent.submit(denied, '/back')
    assert.match(shownText(page.text), /access_denied/)
    assert.match(shownText(page.text), /The books are closed\./)
    assert.match(page.text, /\/playground\/invocations\/inv_/)
  })

  test('shows a workflow that fails on a refresh, and the same tokens work once it is fixed', async () => {
    await deploy(workflow(`kinde.idToken.setCustomClaim('greeting', 'well')`))
    const agent = userAgent(server.issuer)
    const first = await signedIn(agent)
    await deploy(workflow(`throw new Error('the CRM is down')`))
    const failed = await agent.submit(first, '/playground/refresh')
    assert.match(shownText(failed.text), /the CRM is down/)
    await deploy(workflow(`kinde.idToken.setCustomClaim('greeting', 'mended')`))
    const mended = await agent.submit(failed, '/playground/refresh')
    assert.match(shownText(mended.text), /mended/)
  })

  test('shows what is wrong with an edit, while the last good workflow stays live', async () => {
    await deploy(workflow(`kinde.idToken.setCustomClaim('greeting', 'still here')`))
    await deploy('export default async function ( {')
    const agent = userAgent(server.issuer)
    const page = await landing(agent)
    assert.match(shownText(page.text), /workflow_syntax/)
    assert.match(shownText((await signedIn(agent)).text), /still here/)
  })

  test('speaks German to who reads German', async () => {
    const page = await userAgent(server.issuer, { 'accept-language': 'de' }).get(
      `${server.issuer}/playground`,
    )
    assert.match(page.text, /<html lang="de">/)
  })
})
