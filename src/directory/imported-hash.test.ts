import assert from 'node:assert/strict'
import { createHash, pbkdf2Sync } from 'node:crypto'
import { describe, test } from 'node:test'
import { importedHash, type GivenHash } from './imported-hash.ts'
import { hashPassword, isWeakerThan, verifyPassword } from './password-hash.ts'

const parameters = { memoryKib: 64, passes: 1, lanes: 1 }
const fixedRandom = (count: number) => new Uint8Array(count).fill(7)

function storedHash(given: GivenHash): string {
  const imported = importedHash(given)
  assert.ok(imported.kind === 'hash', JSON.stringify(imported))
  return imported.hash
}

const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex')

const samples: readonly (readonly [string, string, GivenHash])[] = [
  ['md5 without a salt', 'secret', { method: 'md5', hash: hex('md5', 'secret') }],
  ['md5 with a salt in front', 'secret', { method: 'md5', hash: hex('md5', 'sltsecret'), salt: 'slt' }],
  [
    'sha256 with a salt behind',
    'secret',
    { method: 'sha256', hash: hex('sha256', 'secretslt'), salt: 'slt', saltPosition: 'suffix' },
  ],
  [
    'sha256 in base64',
    'secret',
    { method: 'sha256', hash: createHash('sha256').update('secret').digest('base64') },
  ],
  [
    'pbkdf2 (RFC 6070 §2, second vector)',
    'password',
    {
      method: 'pbkdf2',
      variant: 'SHA-1',
      iterations: 2,
      salt: 'c2FsdA==',
      hash: 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957',
    },
  ],
  [
    'pbkdf2 as FusionAuth names it, with its count of iterations',
    'secret',
    {
      method: 'pbkdf2',
      variant: 'salted-pbkdf2-hmac-sha256-512',
      salt: 'c2FsdA==',
      hash: pbkdf2Sync('secret', 'salt', 24_000, 64, 'sha256').toString('base64'),
    },
  ],
  ...['2a', '2b', '2y'].map(
    (letter) =>
      [
        `bcrypt ${letter} (a vector of John the Ripper)`,
        'U*U',
        { method: 'bcrypt', hash: `$${letter}$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW` },
      ] as const,
  ),
  [
    'bcrypt, when no method is named',
    '',
    { hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy' },
  ],
  ['wordpress', 'test12345', { method: 'wordpress', hash: '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0' }],
  [
    'firebase-scrypt (the sample of its authors)',
    'user1password',
    {
      method: 'firebase-scrypt',
      hash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      salt: '42xEC+ixf3L2lw==',
      saltSeparator: 'Bw==',
      signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      rounds: 8,
      memoryCost: 14,
    },
  ],
  [
    'aspnet-identity-v2',
    'secret',
    {
      method: 'aspnet-identity-v2',
      hash: Buffer.concat([
        Buffer.alloc(17, Buffer.from('00', 'hex')),
        pbkdf2Sync('secret', Buffer.alloc(16), 1_000, 32, 'sha1'),
      ]).toString('base64'),
    },
  ],
]

describe('a hash of another system', () => {
  for (const [name, password, parts] of samples) {
    test(`${name} matches its password and no other`, async () => {
      const hash = storedHash(parts)
      assert.equal(await verifyPassword(password, hash), true)
      assert.equal(await verifyPassword(`${password} `, hash), false)
      assert.equal(await verifyPassword('another', hash), false)
    })
  }

  test('is weaker than our own hashes, so that a sign-in replaces it (PW-02)', () => {
    assert.equal(isWeakerThan(storedHash({ method: 'md5', hash: hex('md5', 'x') }), parameters), true)
  })

  test('that cannot be checked is refused and not kept', () => {
    assert.deepEqual(importedHash({ hash: '$6$salt$hash', method: 'crypt' }), {
      kind: 'unsupported',
      reason: 'Mintage cannot check hashes of the method crypt.',
    })
  })

  for (const parts of [
    { hash: 'zz', method: 'md5' },
    { hash: '', method: 'sha256' },
    { hash: 'AAAA', method: 'pbkdf2' },
    { hash: 'AAAA', method: 'pbkdf2', salt: 'not base64' },
    { hash: 'AAAA', method: 'pbkdf2', salt: 'AAAA', iterations: 10_000_000 },
    { hash: 'AAAA', method: 'pbkdf2', salt: 'AAAA', iterations: 1, variant: 'md5' },
    { hash: 'plain text', method: 'bcrypt' },
    { hash: '$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', method: 'bcrypt' },
    { hash: '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', method: 'bcrypt' },
    { hash: '$P$Z12345678abcdefghijklmnopqrstuv', method: 'wordpress' },
    { hash: 'AAAA', method: 'firebase-scrypt', salt: 'AAAA' },
    {
      hash: 'AAAA',
      method: 'firebase-scrypt',
      salt: 'AAAA',
      signerKey: 'AAAA',
      memoryCost: 16,
      rounds: 16,
    },
    { hash: 'AAAA', method: 'aspnet-identity-v2' },
    { hash: '$2b$10$abcdefghijklmnopqrstuv' },
    { hash: '$imported$e30' },
  ] as const) {
    test(`${JSON.stringify(parts)} is malformed`, () => {
      assert.equal(importedHash(parts).kind, 'malformed')
    })
  }
})

test('without a method a hash of our own is kept as it is', async () => {
  const hash = await hashPassword('secret', parameters, fixedRandom)
  assert.deepEqual(importedHash({ hash }), { kind: 'hash', hash })
})

test('an invalid hash matches nothing', async () => {
  assert.equal(await verifyPassword('secret', 'secret'), false)
})
