// An identity knows its connection: the event of a workflow names it, and it alone decides whether the identity signs its user in. What a
// connection has to keep secret is sealed.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import type { Change } from '../../src/store/index.ts'
import { ada, directoryFixture, userChanges } from '../harness/directory-fixture.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { authorizationRequest, refresh, relyingParty, signIn } from '../harness/relying-party.ts'
import { userAgent } from '../harness/user-agent.ts'

const grace = {
  id: 'kp_000000000000000000000000000grace',
  email: 'grace@example.com',
  password: ada.password,
}
const secret = 'canary-of-a-provider-9d1c'

/** A second connection that takes passwords, so that the type of an identifier does not say which connection it belongs to. */
const partner = {
  id: 'conn_partner',
  name: 'partner',
  displayName: 'Partner',
  kind: 'password',
  strategy: 'email:password',
  isEnabled: true,
} as const

const workflow = `
  export const workflowSettings = { id: 'connections', trigger: 'user:tokens_generation', bindings: {} }
  export default async function () {}`

const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture({
      more: [
        { kind: 'put-connection', connection: partner, options: { clientSecret: secret } },
        ...(await userChanges(grace)).map(ofPartner),
      ],
    }),
    workflow,
  },
)
const rp = await relyingParty(issuer)

function ofPartner(change: Change): Change {
  if (change.kind !== 'add-identity') return change
  return { ...change, identity: { ...change.identity, connectionId: partner.id } }
}

let seen = 0

/** What the events since the last call say. */
async function connectionsOfEvents() {
  const found = await invocations(issuer, seen)
  seen += found.length
  return found.map(({ document }) => event.parse(document.event).context.auth.connectionId)
}

const event = z.object({ context: z.object({ auth: z.object({ connectionId: z.string() }) }) })

describe('the connection of an identity', () => {
  test('is in the event of a sign-in and of a refresh', async () => {
    const { tokens } = await signIn(issuer, rp, { person: grace })
    await refresh(rp, { tokens })
    assert.deepEqual(await connectionsOfEvents(), [partner.id, partner.id])
  })

  test('is the password connection of its type when it names none, as an older version writes it', async () => {
    await signIn(issuer, rp)
    assert.deepEqual(await connectionsOfEvents(), ['conn_email'])
  })

  test('is the one that a sign-up went by', async () => {
    const { url } = await authorizationRequest(rp, { params: { prompt: 'create' } })
    const agent = userAgent(issuer.url)
    await agent.submit(await agent.get(url.href), '/sign-up', {
      given_name: 'Nina',
      family_name: 'New',
      email: 'nina@example.com',
      password: 'a long enough password',
    })
    const identity = await issuer.store.directory.identity('email', 'nina@example.com')
    assert.equal(identity?.connectionId, 'conn_email')
    assert.deepEqual(await connectionsOfEvents(), ['conn_email'])
  })

  test('signs its user in only while it is switched on and there; other connections go on', async () => {
    for (const change of [
      { kind: 'put-connection', connection: { ...partner, isEnabled: false } },
      { kind: 'delete-connection', connectionId: partner.id },
    ] as const) {
      await issuer.store.commit([change])
      const { url } = await authorizationRequest(rp)
      const agent = userAgent(issuer.url)
      const form = { identifier: grace.email, password: grace.password }
      const refused = await agent.submit(await agent.get(url.href), '/sign-in', form)
      assert.equal(refused.status, 400)
      await signIn(issuer, rp)
    }
    await issuer.store.commit([
      { kind: 'put-connection', connection: partner, options: { clientSecret: secret } },
    ])
    await signIn(issuer, rp, { person: grace })
    assert.deepEqual(await connectionsOfEvents(), ['conn_email', 'conn_email', partner.id])
  })
})

test('KY-04: the options of a connection are in the database sealed, and in no log', async () => {
  assert.deepEqual(await issuer.store.directory.connectionOptions(partner.id), { clientSecret: secret })
  const names = (await readdir(issuer.folder)).filter((name) => name.startsWith('mintage.db'))
  const files = Buffer.concat(await Promise.all(names.map((name) => readFile(join(issuer.folder, name)))))
  assert.ok(files.includes(partner.id), 'control: what is not secret is found')
  assert.equal(files.includes(secret), false)
  assert.deepEqual(
    issuer.logLines.filter((line) => line.includes(secret)),
    [],
  )
})
