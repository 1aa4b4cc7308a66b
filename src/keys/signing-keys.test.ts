// What is made of the keys in the store, and for how long it is kept.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FlattenedJWSInput, JWTHeaderParameters } from 'jose'
import { openStore } from '../store/index.ts'
import { rotateKeys } from './rotation.ts'
import { openSigningKeys } from './signing-keys.ts'

const noToken: FlattenedJWSInput = { payload: '', signature: '' }

test('A7: imports the keys of a key set once, and again when other keys are published', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-keys-'))
  const location = { kind: 'sqlite', file: join(folder, 'mintage.db') } as const
  const store = await openStore({ location, masterKey: randomBytes(32) })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs
  const fail = (kid: string) => assert.fail(kid)
  const keys = await openSigningKeys({
    store: store.signingKeys,
    nowMs,
    onUnreadable: fail,
    onClockBehind: fail,
  })
  const { kid } = await keys.active('RS256')
  const header: JWTHeaderParameters = { alg: 'RS256', kid }
  const first = await keys.verificationKey(header, noToken)
  aheadMs = 5_000
  assert.equal(await keys.verificationKey(header, noToken), first)
  await rotateKeys({ isNow: false }, { store, nowMs, by: 'command' })
  aheadMs = 10_000
  assert.equal((await keys.publicJwks()).keys.length, 6)
  assert.notEqual(await keys.verificationKey(header, noToken), first)
})
