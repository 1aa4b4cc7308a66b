// FI-01: a code and a refresh token are single-use when fifty requests bring the same one at once, whatever the latency of the store,
// with one node on SQLite and with two nodes on one Postgres. The control runs the same against a store that does not compare and
// set, where it has to fail.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Store, StoreOptions } from '../../src/store/index.ts'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { History, type OperationResult } from '../harness/history.ts'
import type { Lifetime } from '../harness/http-server.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'
import { assertInvariants, violationsOf } from './checked-history.ts'
import { Client, codeOf, tally, tokensOf, type RequestOptions } from './client.ts'
import { seededRandom, withLatency, withoutCompareAndSet } from './faulty-store.ts'

const tries = 50
const mostLatencyMs = 20
const seed = 20_260_807

const keyPair = generateKeyPair('ES256', { extractable: true })
const postgres = await startPostgres({ after })

const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', 'gold') }`

interface Nodes {
  readonly stores: readonly [Store, ...Store[]]
  readonly origin: string
  readonly history: History
  readonly client: Client
  /** The client's request by this function, fifty times at once, spread over the nodes, with a slow store. */
  atOnce(request: (options: RequestOptions) => Promise<OperationResult>): Promise<OperationResult[]>
}

interface NodesGiven {
  readonly count: number
  readonly location?: StoreOptions['location']
  readonly refreshGraceSeconds?: number
  readonly broken?: (store: Store) => Store
}

async function startNodes(t: Lifetime, given: NodesGiven): Promise<Nodes> {
  const { count, broken = (store) => store, location, refreshGraceSeconds = 30 } = given
  const random = seededRandom(seed)
  let mostMs = 0
  const common = {
    directory: await directoryFixture(),
    workflow,
    refreshGraceSeconds,
    masterKey: randomBytes(32),
    decorateStore: (store: Store) => broken(withLatency(store, () => random() * mostMs)),
    ...(location && { location }),
  }
  const first = await startIssuer(t, common)
  const nodes: [TestIssuer, ...TestIssuer[]] = [first]
  while (nodes.length < count) nodes.push(await startIssuer(t, { ...common, issuer: first.url }))
  const history = new History()
  const client = new Client({ name: 'ada', history, origin: () => first.url })
  return {
    stores: [first.plainStore, ...nodes.slice(1).map(({ plainStore }) => plainStore)],
    origin: first.url,
    history,
    client,
    async atOnce(request) {
      mostMs = mostLatencyMs
      const results = await Promise.all(
        Array.from({ length: tries }, (_, index) =>
          request({ origin: nodes[index % count]?.url ?? first.url }),
        ),
      )
      mostMs = 0
      return results
    },
  }
}

for (const { name, nodesOn } of [
  { name: 'one node on SQLite', nodesOn: async () => ({ count: 1 }) },
  { name: 'two nodes on one Postgres', nodesOn: postgresNodes },
]) {
  describe(`FI-01, ${name}`, () => {
    test('one code or refresh token in 50 requests at once counts once', async (t) => {
      const nodes = await startNodes(t, await nodesOn())
      const { client } = nodes
      const code = codeOf(await client.signIn(ada))

      await t.test('a code is redeemed once, the others get invalid_grant (AS-10, INV-1)', async () => {
        const results = await nodes.atOnce((options) => client.redeem(code, options))
        assert.deepEqual(tally(results), { issued: 1, '400 invalid_grant': tries - 1 })
      })

      await t.test(
        'inside the grace a refresh token has one successor, which works (RT-02, INV-2)',
        async () => {
          const { refreshToken } = tokensOf(await client.redeem(codeOf(await client.return(ada))))
          const results = await nodes.atOnce((options) => client.refresh(refreshToken, options))
          assert.deepEqual(tally(results), { issued: tries })
          const [successor = '', ...others] = new Set(results.map((result) => tokensOf(result).refreshToken))
          assert.deepEqual(others, [])
          tokensOf(await client.refresh(successor))
        },
      )

      await t.test(
        'with proofs of their own all are answered, with one proof a single one is (RFC 9449 §11.1)',
        async () => {
          const { refreshToken } = tokensOf(await client.redeem(codeOf(await client.return(ada))))
          const own = await nodes.atOnce(async (options) =>
            client.refresh(refreshToken, { ...options, dpop: await proof(nodes.origin) }),
          )
          assert.deepEqual(tally(own), { issued: tries })
          const dpop = await proof(nodes.origin)
          const shared = await nodes.atOnce((options) => client.refresh(refreshToken, { ...options, dpop }))
          assert.deepEqual(tally(shared), { issued: 1, '400 invalid_grant': tries - 1 })
        },
      )
      await assertInvariants(nodes)
    })

    test('without a grace one of 50 refreshes at once succeeds (RT-04)', async (t) => {
      const nodes = await startNodes(t, { ...(await nodesOn()), refreshGraceSeconds: 0 })
      const { client } = nodes
      const { refreshToken } = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
      const results = await nodes.atOnce((options) => client.refresh(refreshToken, options))
      assert.deepEqual(tally(results), { issued: 1, '400 invalid_grant': tries - 1 })
      await assertInvariants({ ...nodes, graceMs: 0 })
    })
  })
}

test('FI-01, positive control: without compare and set codes and refresh tokens count often, and the checker says so', async (t) => {
  const nodes = await startNodes(t, { count: 1, broken: withoutCompareAndSet, refreshGraceSeconds: 0 })
  const { client } = nodes
  const code = codeOf(await client.signIn(ada))
  const { issued: redeemed = 0 } = tally(await nodes.atOnce((options) => client.redeem(code, options)))
  assert.ok(redeemed > 1, `${String(redeemed)} redemptions succeeded`)

  const { refreshToken } = tokensOf(await client.redeem(codeOf(await client.return(ada))))
  const { issued: refreshed = 0 } = tally(
    await nodes.atOnce((options) => client.refresh(refreshToken, options)),
  )
  assert.ok(refreshed > 1, `${String(refreshed)} refreshes succeeded without a grace`)
  const found = new Set((await violationsOf(nodes)).map(({ invariant }) => invariant))
  assert.ok(found.has('INV-1'), [...found].join())
})

async function proof(origin: string): Promise<string> {
  const { privateKey, publicKey } = await keyPair
  return new SignJWT({ htm: 'POST', htu: `${origin}/oauth2/token`, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey)
}

async function postgresNodes(): Promise<NodesGiven> {
  return { count: 2, location: { kind: 'postgres', url: await postgres.createDatabase() } }
}
