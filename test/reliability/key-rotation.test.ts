// Two replicas on one database rotate their signing keys by themselves while the clock moves over four days, and an API whose cache of the
// key set is hours old verifies every token of either. An old key leaves the key set when nothing that it signed is in use.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { keepKeys, longestUseMs, retireKey, rotateKeys } from '../../src/keys/index.ts'
import { signingAlgorithms, type StoreOptions } from '../../src/store/index.ts'
import { audience, directoryFixture, m2mClient } from '../harness/directory-fixture.ts'
import { getJson, postForm } from '../harness/form-request.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { startPostgres } from '../harness/postgres.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Access tokens of the fixture live for a day; no session of this test is longer. */
const sessionMaximumSeconds = 3_600
const rotateEveryMs = 2 * dayMs
/** Longer than any cache of the field, and shorter than the overlap. */
const cacheMs = 12 * hourMs

const postgres = await startPostgres({ after })

interface Clock {
  aheadMs: number
}

async function twoReplicas(t: TestContext, location: StoreOptions['location'], clock: Clock) {
  const masterKey = randomBytes(32)
  const directory = await directoryFixture()
  const given = { directory, location, masterKey, nowMs: () => Date.now() + clock.aheadMs }
  const first = await startIssuer(t, given)
  const second = await startIssuer(t, { ...given, directory: [], issuer: first.url })
  return [first, second] as const
}

async function machineToken({ url }: TestIssuer): Promise<string> {
  const { status, body } = await postForm(`${url}/oauth2/token`, {
    grant_type: 'client_credentials',
    client_id: m2mClient.id,
    client_secret: m2mClient.secret,
    audience,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return z.object({ access_token: z.string() }).parse(body).access_token
}

async function isActive({ url }: TestIssuer, token: string): Promise<boolean> {
  const { body } = await postForm(`${url}/oauth2/introspect`, {
    token,
    client_id: m2mClient.id,
    client_secret: m2mClient.secret,
  })
  return z.object({ active: z.boolean() }).parse(body).active
}

async function publishedKeys({ url }: TestIssuer) {
  const { body } = await getJson(`${url}/.well-known/jwks`)
  return z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }).parse(body).keys
}

/** An API that keeps a key set for hours and never looks for a key that it does not know. */
function apiWithCache(issuer: TestIssuer, now: () => number) {
  let cached: { readonly fromMs: number; readonly keys: JWTVerifyGetKey } | undefined
  return {
    async verify(token: string): Promise<void> {
      if (!cached || now() - cached.fromMs >= cacheMs)
        cached = { fromMs: now(), keys: createLocalJWKSet({ keys: await publishedKeys(issuer) }) }
      await jwtVerify(token, cached.keys, { issuer: issuer.url, currentDate: new Date(now()) })
    },
  }
}

const databases: Readonly<Record<string, (t: TestContext) => Promise<StoreOptions['location']>>> = {
  async SQLite(t) {
    const folder = await mkdtemp(join(tmpdir(), 'mintage-rotation-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    return { kind: 'sqlite', file: join(folder, 'mintage.db') }
  },
  async Postgres() {
    return { kind: 'postgres', url: await postgres.createDatabase() }
  },
}

for (const [database, newLocation] of Object.entries(databases)) {
  describe(`a rotation of the signing keys on ${database}`, () => {
    test('goes unnoticed by an API with a cached key set, whichever replica issued the token', async (t) => {
      const clock = { aheadMs: 0 }
      const replicas = await twoReplicas(t, await newLocation(t), clock)
      const [first] = replicas
      const now = () => Date.now() + clock.aheadMs
      const api = apiWithCache(first, now)
      const seen = new Set<string>()
      let held: string[] = []
      const keep = async ({ plainStore }: TestIssuer) => {
        const { applications } = await plainStore.directory.catalog()
        const policy = { rotateEveryMs, longestUseMs: longestUseMs(applications, sessionMaximumSeconds) }
        await keepKeys(policy, { store: plainStore, nowMs: now, by: 'schedule' })
      }
      const before = (await publishedKeys(first)).map(({ kid }) => kid)
      for (let hours = 0; hours < 4 * 24; hours += 3) {
        clock.aheadMs = hours * hourMs
        await Promise.all(replicas.map(keep))
        held.push(...(await Promise.all(replicas.map(machineToken))))
        held = held.filter((token) => (decodeJwt(token).exp ?? 0) * 1_000 > now())
        for (const token of held) await api.verify(token)
        for (const token of held.slice(-2)) {
          seen.add(decodeProtectedHeader(token).kid ?? '')
          for (const replica of replicas) assert.equal(await isActive(replica, token), true)
        }
      }
      assert.equal(seen.size, 2, 'the keys changed once')
      const left = (await publishedKeys(first)).map(({ kid }) => kid)
      assert.deepEqual(
        left.filter((kid) => before.includes(kid)),
        [],
      )
      const stored = await first.plainStore.signingKeys.all()
      assert.deepEqual(
        stored.filter(({ kid }) => before.includes(kid)),
        [],
      )
      const audited = await first.plainStore.audit.list({ event: 'signing_keys.rotated', limit: 10 })
      // The second rotation, of day 4, was published on day 3. Of two replicas one made each.
      assert.equal(audited.length, 2)
      assert.deepEqual(left.length, 2 * signingAlgorithms.length)
    })

    test('INV-4: a key that is retired as compromised is out of use on every replica two seconds later', async (t) => {
      const clock = { aheadMs: 0 }
      const replicas = await twoReplicas(t, await newLocation(t), clock)
      const [first, second] = replicas
      const token = await machineToken(first)
      const { kid = '' } = decodeProtectedHeader(token)
      const deps = {
        store: second.plainStore,
        nowMs: () => Date.now() + clock.aheadMs,
        by: 'command',
      } as const
      const retired = await retireKey(kid, deps)
      assert.equal(retired.kind, 'retired')
      clock.aheadMs += 3_000
      for (const replica of replicas) {
        assert.equal(await isActive(replica, token), false)
        const next = await machineToken(replica)
        assert.notEqual(decodeProtectedHeader(next).kid, kid)
        assert.equal(await isActive(replica, next), true)
        assert.ok(!(await publishedKeys(replica)).some((key) => key.kid === kid))
      }
      const [record] = await first.plainStore.audit.list({ event: 'signing_key.retired', limit: 1 })
      assert.equal(record?.details['kid'], kid)
    })

    test('is made once when two replicas ask at the same moment', async (t) => {
      const clock = { aheadMs: 0 }
      const replicas = await twoReplicas(t, await newLocation(t), clock)
      const results = await Promise.all(
        replicas.map(({ plainStore }) =>
          rotateKeys({ isNow: false }, { store: plainStore, nowMs: () => plainStore.nowMs(), by: 'command' }),
        ),
      )
      assert.deepEqual(results.map(({ kind }) => kind).toSorted(), ['rotated', 'under-way'])
      assert.equal((await replicas[0].plainStore.signingKeys.all()).length, 2 * signingAlgorithms.length)
    })
  })
}
