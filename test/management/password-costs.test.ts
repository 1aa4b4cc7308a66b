// What the check of an imported password may cost, at both doors: when its hash comes in, and when a stored one is used.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { z } from 'zod'
import { ada, directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { openManagementWorld } from '../harness/management-world.ts'
import { authorizationUrl } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'

const world = await openManagementWorld({ after })
const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })
const salt = 'A'.repeat(22)
const tag = 'A'.repeat(43)
const argon2id = (costs: string, of = salt) => `$argon2id$v=19$${costs}$${of}$${tag}`
const bcrypt = (cost: string) => `$2b$${cost}$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW`
const firebase = {
  hashing_method: 'firebase-scrypt',
  hashed_password: 'AAAA',
  salt: 'AAAA',
  signer_key: 'AAAA',
}
const pbkdf2 = { hashing_method: 'pbkdf2', hashed_password: 'AAAA', salt: 'AAAA' }

const refused: readonly (readonly [body: object, field: string, bound: RegExp])[] = [
  [{ hashed_password: argon2id('m=4194304,t=1,p=1') }, 'hashed_password', /m=4194304.*at most 65536 KiB/],
  [{ hashed_password: argon2id('m=1048576,t=2,p=1') }, 'hashed_password', /at most 65536 KiB/],
  [{ hashed_password: argon2id('m=9999999999,t=1,p=1') }, 'hashed_password', /at most 65536 KiB/],
  [{ hashed_password: argon2id('m=1024,t=1000,p=1') }, 'hashed_password', /t=1000.*1 to 16 passes/],
  [{ hashed_password: argon2id('m=1024,t=0,p=1') }, 'hashed_password', /1 to 16 passes/],
  [{ hashed_password: argon2id('m=1024,t=1,p=255') }, 'hashed_password', /p=255.*1 to 16 lanes/],
  [{ hashed_password: argon2id('m=8,t=1,p=4') }, 'hashed_password', /at least 8 KiB for each lane/],
  [{ hashed_password: argon2id('m=65536,t=5,p=1') }, 'hashed_password', /m times t.*at most 262144/],
  [{ hashed_password: argon2id('m=64,t=1,p=1', 'AAAA') }, 'hashed_password', /salt.*16 to 64 bytes/],
  [{ hashed_password: argon2id('m=64,t=1,p=1', 'A'.repeat(200)) }, 'hashed_password', /salt.*16 to 64 bytes/],
  [{ hashed_password: bcrypt('14') }, 'hashed_password', /bcrypt hash is 4 to 13/],
  [{ hashed_password: bcrypt('31'), hashing_method: 'bcrypt' }, 'hashed_password', /bcrypt hash is 4 to 13/],
  [{ hashed_password: bcrypt('03') }, 'hashed_password', /bcrypt hash is 4 to 13/],
  [{ ...pbkdf2, iterations: 2_000_001 }, 'iterations', /2000000/],
  [
    { ...pbkdf2, iterations: 1_000_001, variant: 'sha512' },
    'iterations',
    /2000000, where sha512 counts twice/,
  ],
  [
    { ...pbkdf2, iterations: 1_500_000, hashed_password: 'ab'.repeat(64) },
    'iterations',
    /each block of the tag counts/,
  ],
  [{ ...pbkdf2, iterations: 1, hashed_password: 'ab'.repeat(65) }, 'hashed_password', /at most 64 bytes/],
  [{ ...pbkdf2, iterations: 1, salt: 'A'.repeat(504) }, 'salt', /500/],
  [{ ...firebase, rounds: 17 }, 'rounds', /16/],
  [{ ...firebase, mem_cost: 17 }, 'mem_cost', /16/],
  [{ ...firebase, rounds: 16, mem_cost: 16 }, 'mem_cost', /more than 64 MiB/],
  [{ ...firebase, signer_key: 'A'.repeat(504) }, 'signer_key', /500/],
  [
    { hashed_password: '$P$F12345678abcdefghijklmnopqrstuv', hashing_method: 'wordpress' },
    'hashed_password',
    /hash of the method wordpress/,
  ],
  [{ hashed_password: 'ab'.repeat(16), hashing_method: 'md5', salt: 'x'.repeat(501) }, 'salt', /500/],
]

describe('A5: PUT /users/{user_id}/password refuses', () => {
  for (const [body, field, bound] of refused) {
    test(`${JSON.stringify(body).slice(0, 120)} by ${field}`, async () => {
      const before = await world.store.directory.password('kp_ada')
      const { status, json } = await world.call('PUT /users/kp_ada/password', body)
      assert.equal(status, 400)
      const [problem] = errorsSchema.parse(json).errors
      assert.equal(problem?.code, 'INVALID_REQUEST')
      assert.match(problem.message, new RegExp(`\\b${field}: `))
      assert.match(problem.message, bound)
      assert.deepEqual(await world.store.directory.password('kp_ada'), before)
    })
  }
})

test('A5: takes what other systems use by default', async () => {
  for (const body of [
    { hashed_password: argon2id('m=65536,t=3,p=4') },
    { hashed_password: argon2id('m=47104,t=1,p=1') },
    { hashed_password: bcrypt('12') },
    { ...pbkdf2, iterations: 600_000 },
    { ...firebase, rounds: 8, mem_cost: 14 },
  ])
    assert.equal((await world.call('PUT /users/kp_ada/password', body)).status, 200, JSON.stringify(body))
})

describe('A5: a stored hash beyond the bounds', () => {
  const foreign = (hash: object) => `$imported$${Buffer.from(JSON.stringify(hash)).toString('base64url')}`
  for (const [name, hash] of [
    ['of argon2id', argon2id('m=4194304,t=1000,p=1')],
    ['of bcrypt', foreign({ kind: 'bcrypt', hash: bcrypt('31') })],
    ['of PBKDF2', foreign({ kind: 'pbkdf2', digest: 'sha512', iterations: 1e9, salt: 'AAAA', tag: 'AAAA' })],
    ['that is damaged', foreign({ kind: 'unheard-of' })],
    ['that is not JSON', '$imported$e30e'],
  ] as const) {
    test(`${name} matches nothing, costs no more than another and is logged once`, async (t) => {
      const issuer = await startIssuer(t, { directory: await directoryFixture() })
      await issuer.store.commit([{ kind: 'update-password', userId: ada.id, set: { hash } }])
      for (let round = 0; round < 2; round += 1) {
        const agent = userAgent(issuer.url)
        const page = await agent.get(authorizationUrl(issuer.url))
        const answer = await agent.submit(page, '/sign-in', { identifier: ada.email, password: ada.password })
        assert.equal(answer.status, 400, 'as for any wrong password')
      }
      const told = issuer.events.filter(({ event }) => event === 'password_hash_unusable')
      assert.deepEqual(
        told.map(({ fields }) => fields['userId']),
        [ada.id],
      )
      assert.equal(issuer.logLines.filter((line) => line.includes('password_hash_unusable')).length, 1)
      assert.ok(!issuer.logLines.join().includes(hash), 'the hash itself stays out of the log')
    })
  }
})
