// What a workflow may put into a token beside large defaults, and what becomes of a text that it cut badly; through real sign-ins.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import * as client from 'openid-client'
import { directoryFixture, redirectUri, webClient } from '../harness/directory-fixture.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refresh, relyingParty, signIn } from '../harness/relying-party.ts'
import { openTestServer } from '../harness/running-server.ts'
import { makeProject } from '../harness/temp-project.ts'

const ada = { email: 'ada@example.com', password: 'correct horse battery staple' }
const roles = Array.from({ length: 300 }, (_, index) => `role-${String(index)}-of-the-loom`)

const workflow = (body: string) => `
export const workflowSettings = { id: 'bounds', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} } }
export default async function () { ${body} }`

const project = (body: string) => ({
  'kinde.json': '{"rootDir": "kindeSrc"}',
  'kindeSrc/environment/workflows/tokensWorkflow.ts': workflow(body),
  'mintage.yaml': `
applications:
  web:
    name: Web application
    type: reg
    clientId: ${webClient.id}
    clientSecret: ${webClient.secret}
    redirectUris: ['${redirectUri}']
    tokens: { accessToken: [roles] }
roles: { ${roles.map((key) => `${key}: { name: '${'A long name of a role '.repeat(3)}' }`).join(', ')} }
organizations: { mill: { code: org_mill } }
users:
  - email: ${ada.email}
    password: ${ada.password}
    organizations: { mill: { roles: [${roles.join(', ')}] } }
`,
})

async function issuerOf(body: string) {
  const projectDir = await makeProject({ after }, project(body))
  const { server } = await openTestServer({ after }, { settings: { projectDir, isDemo: false } })
  return { server, rp: await relyingParty({ url: server.issuer }) }
}

describe('D10: a user with 300 roles in the token', () => {
  test('D10: gets the claim that a workflow adds, at sign-in and at refresh', async () => {
    const { server, rp } = await issuerOf(`kinde.accessToken.setCustomClaim('plan', 'gold')`)
    const first = await signIn({ url: server.issuer }, rp, { person: ada })
    assert.ok(first.tokens.access_token.length > 40_000)
    const second = await refresh(rp, first)
    for (const { accessToken } of [first, second]) {
      assert.equal(accessToken['plan'], 'gold')
      assert.equal(Array.isArray(accessToken['roles']) && accessToken['roles'].length, 300)
    }
    const person = await client.fetchUserInfo(rp, second.tokens.access_token, client.skipSubjectCheck)
    assert.equal(person.email, ada.email)
  })

  test('D10: gets 16 KiB on top of the defaults, and no token beyond that', async () => {
    const { server, rp } = await issuerOf(`kinde.accessToken.setCustomClaim('plan', 'x'.repeat(16_300))`)
    const { accessToken } = await signIn({ url: server.issuer }, rp, { person: ada })
    assert.equal(String(accessToken['plan']).length, 16_300)
    const over = await issuerOf(`kinde.accessToken.setCustomClaim('plan', 'x'.repeat(16_400))`)
    await assert.rejects(signIn({ url: over.server.issuer }, over.rp, { person: ada }), /500/)
  })
})

test('D11: a text that a workflow cut inside an emoji is issued with U+FFFD, and the invocation says where', async () => {
  const issuer = await startIssuer({ after }, { directory: await directoryFixture() })
  await issuer.deploy(
    workflow(`
      const name = 'Ada 🧵'.slice(0, 5)
      kinde.idToken.setCustomClaim('short_name', name)
      kinde.accessToken.setCustomClaim('badges', [{ [name]: name }])`),
  )
  const { idToken, accessToken } = await signIn(issuer, await relyingParty(issuer))
  assert.equal(idToken['short_name'], 'Ada \ufffd')
  assert.deepEqual(accessToken['badges'], [{ 'Ada \ufffd': 'Ada \ufffd' }])
  const [invocation] = await invocations(issuer)
  assert.deepEqual(
    invocation?.document.log.map(({ text }) => text.replace(/ was cut .*/, '')),
    ['mintage: accessToken.badges[0]["Ada \ufffd"]', 'mintage: idToken.short_name'],
  )
})
