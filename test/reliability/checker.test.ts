// The checker is proven by what it has to catch: records that were dropped and a retired key that still signs are
// here, a store without compare and set is in fi-01-parallel-redemption.test.ts. The same client with nothing broken passes.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { signingAlgorithms, type SigningKeyRecord, type Store } from '../../src/store/index.ts'
import { ada, directoryFixture, logoutUri } from '../harness/directory-fixture.ts'
import { History, type HistoryEntry, type OperationResult } from '../harness/history.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { checkInvariants, type Evidence } from '../harness/invariants.ts'
import { startIssuer } from '../harness/issuer.ts'
import { publishedKeys, violationsOf } from './checked-history.ts'
import { Client, codeOf, tokensOf } from './client.ts'
import { wrapMember } from './faulty-store.ts'

const workflow = `
export const workflowSettings = { id: 'plan', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} } }
export default async function () { kinde.accessToken.setCustomClaim('plan', 'gold') }`

interface Given {
  readonly broken?: (store: Store) => Store
  /** The key that signs is replaced after the first refresh. */
  readonly isKeyReplaced?: true
}

/**
 * Signs in, redeems and refreshes three times; gives the invariants that the checker finds broken. Where the key is replaced, the last ID
 * token comes back as a hint, and the user signs out.
 */
async function brokenBy(t: TestContext, { broken, isKeyReplaced }: Given): Promise<string[]> {
  let aheadMs = 0
  const told = await startHttpServer(t, () => ({ status: 200 }))
  const issuer = await startIssuer(t, {
    directory: await directoryFixture({ web: { backchannelLogoutUri: `${told.origin}/told` } }),
    workflow,
    nowMs: () => Date.now() + aheadMs,
    ...(broken && { decorateStore: broken }),
  })
  const history = new History()
  const client = new Client({ name: 'ada', history, origin: () => issuer.url })
  let { refreshToken, idToken } = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
  for (const refresh of [1, 2, 3]) {
    if (refresh === 2 && isKeyReplaced) {
      await replaceKey(issuer.plainStore, Date.now())
      aheadMs = 5_000
    }
    ;({ refreshToken, idToken } = tokensOf(await client.refresh(refreshToken)))
  }
  const hints: { token: string; isAccepted: boolean }[] = []
  if (isKeyReplaced) {
    const asked = await client.agent.get(`${issuer.url}/logout?id_token_hint=${idToken}`)
    hints.push({ token: idToken, isAccepted: asked.status === 200 })
    await client.agent.get(`${issuer.url}/logout?${new URLSearchParams({ redirect: logoutUri }).toString()}`)
    assert.equal(told.requests.length, 1)
  }
  const logoutTokens = told.requests.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '')
  const found = await violationsOf({
    history,
    stores: [issuer.plainStore],
    origin: issuer.url,
    logoutTokens,
    hints,
  })
  return [...new Set(found.map(({ invariant }) => invariant))]
}

/** Another key has been published for a minute, so that no verifier misses it. */
async function replaceKey({ signingKeys }: Store, atMs: number): Promise<void> {
  const before = (await signingKeys.all()).find(({ algorithm }) => algorithm === 'RS256')
  assert.ok(before)
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const privateJwk = z.record(z.string(), z.string()).parse(await exportJWK(privateKey))
  await signingKeys.put({ ...before, kid: 'second', privateJwk, activeFromMs: atMs - 60_000 })
  await signingKeys.put({ ...before, retiredAtMs: atMs })
}

describe('the checker', () => {
  test('finds nothing where nothing is broken, a replaced key included', async (t) => {
    assert.deepEqual(await brokenBy(t, { isKeyReplaced: true }), [])
  })

  test('catches a record of a run that was dropped (INV-8)', async (t) => {
    let appended = 0
    const broken = (store: Store): Store => ({
      ...store,
      invocations: wrapMember(store.invocations, 'append', (record) => {
        appended += 1
        if (appended !== 3) store.invocations.append(record)
      }),
    })
    assert.deepEqual(await brokenBy(t, { broken }), ['INV-8'])
  })

  test('catches a record of a sign-in that was dropped (INV-5)', async (t) => {
    const broken = (store: Store): Store => ({
      ...store,
      commit: (changes) => store.commit(changes.filter(({ kind }) => kind !== 'append-audit')),
    })
    assert.deepEqual(await brokenBy(t, { broken }), ['INV-5'])
  })

  test('catches a retired key that still signs (INV-4)', async (t) => {
    let known: Promise<readonly SigningKeyRecord[]> | undefined
    const broken = (store: Store): Store => ({
      ...store,
      signingKeys: wrapMember(store.signingKeys, 'all', async () => {
        const keys = await store.signingKeys.all()
        // The first key set that is complete stays for ever.
        if (keys.length === signingAlgorithms.length) known ??= Promise.resolve(keys)
        return known ?? keys
      }),
    })
    assert.deepEqual(await brokenBy(t, { broken, isKeyReplaced: true }), ['INV-4'])
  })

  test('catches a logout token of a retired key, and a hint that is judged by another key set (INV-4)', async (t) => {
    const issuer = await startIssuer(t, { directory: await directoryFixture() })
    const client = new Client({ name: 'ada', history: new History(), origin: () => issuer.url })
    const { idToken } = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
    const [retired] = await issuer.plainStore.signingKeys.all()
    assert.ok(retired)
    await replaceKey(issuer.plainStore, Date.now() - 10_000)
    const signed = async (typ: string, key: Parameters<SignJWT['sign']>[0], kid: string) =>
      new SignJWT({ jti: 'one' })
        .setProtectedHeader({ alg: 'RS256', kid, typ })
        .setIssuer(issuer.url)
        .setIssuedAt()
        .sign(key)
    const retiredKey = await importJWK({ ...retired.privateJwk, kty: 'RSA' }, 'RS256')
    const { privateKey: foreignKey } = await generateKeyPair('RS256')
    const stores: [Store] = [issuer.plainStore]
    const base = { history: new History(), stores, origin: issuer.url }
    for (const evidence of [
      { logoutTokens: [await signed('logout+jwt', retiredKey, retired.kid)] },
      { logoutTokens: [await signed('JWT', retiredKey, retired.kid)] },
      { hints: [{ token: idToken, isAccepted: false }] },
      { hints: [{ token: await signed('JWT', foreignKey, retired.kid), isAccepted: true }] },
    ]) {
      const found = await violationsOf({ ...base, ...evidence })
      assert.deepEqual(
        found.map(({ invariant }) => invariant),
        ['INV-4'],
      )
    }
    assert.deepEqual(await violationsOf({ ...base, hints: [{ token: idToken, isAccepted: true }] }), [])
  })

  test('catches a token of a run that ended in a denial (INV-8)', async (t) => {
    const broken = (store: Store): Store => ({
      ...store,
      invocations: wrapMember(store.invocations, 'append', (record) =>
        store.invocations.append({ ...record, decision: 'deny' }),
      ),
    })
    assert.deepEqual(await brokenBy(t, { broken }), ['INV-8'])
  })

  test('catches a commit that was acknowledged and is lost (INV-6)', async (t) => {
    let refreshes = 0
    const broken = (store: Store): Store => ({
      ...store,
      async commit(changes) {
        const isRefresh = changes.some(
          ({ kind, ...change }) => kind === 'consume-artifact' && 'successorIdHash' in change,
        )
        if (isRefresh) refreshes += 1
        if (!isRefresh || refreshes !== 3) await store.commit(changes)
      },
    })
    assert.deepEqual(await brokenBy(t, { broken }), ['INV-6'])
  })

  test('catches an old token that is accepted, a failure that costs the session, a signature and a time that are wrong', async (t) => {
    const issuer = await startIssuer(t, { directory: await directoryFixture() })
    const history = new History()
    const client = new Client({ name: 'ada', history, origin: () => issuer.url })
    const tokens = tokensOf(await client.redeem(codeOf(await client.signIn(ada))))
    const evidence: Evidence = {
      history: [],
      stores: [issuer.plainStore],
      jwks: await publishedKeys(issuer.url),
      issuer: issuer.url,
      graceMs: 30_000,
      isWorkflowLive: false,
    }
    const refused = { kind: 'refused', status: 400, error: 'invalid_grant', description: '' } as const
    const failed = { ...refused, status: 500, error: 'server_error' }
    const [redeemed] = history.entries().slice(-1)
    assert.ok(redeemed)
    const at = (seconds: number, arg: string, result: OperationResult): HistoryEntry => ({
      ...redeemed,
      op: 'refresh',
      arg,
      t0: redeemed.t0 + seconds * 1_000,
      t1: redeemed.t0 + seconds * 1_000 + 100,
      result,
    })
    const successor = (refreshToken: string) => ({ ...tokens, refreshToken })
    for (const [invariant, entries] of [
      ['INV-2', [at(0, 'r1', successor('r2')), at(31, 'r1', successor('r2'))]],
      ['INV-2', [at(0, 'r1', successor('r2')), at(1, 'r2', successor('r3')), at(2, 'r1', successor('r2'))]],
      ['INV-2', [at(0, 'r1', successor('r2')), at(1, 'r2', successor('r2'))]],
      ['INV-4', [at(0, 'r1', { ...tokens, accessToken: `${tokens.accessToken.slice(0, -4)}AAAA` })]],
      ['INV-7', [at(-120, 'r1', successor('r2'))]],
      ['INV-9', [at(0, 'r1', failed), at(1, 'r1', refused)]],
      ['INV-9', [at(0, 'r1', { kind: 'maybe', reason: 'reset' }), at(1, 'r1', refused)]],
    ] as const) {
      const found = await checkInvariants({ ...evidence, history: entries })
      assert.deepEqual([...new Set(found.map((one) => one.invariant))], [invariant])
    }
  })
})
