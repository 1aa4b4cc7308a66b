// Forms of an export that are read again: hashes in Kinde's fields, lines of secrets.env, names of values.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importedHash, type GivenHash } from '../../directory/index.ts'
import { kindeUser } from '../kinde-user.ts'
import { kindePassword } from './kinde-password.ts'
import { LooksLikeReference, NamedValues, plainValue, withPlaceholder } from './references.ts'
import { readSecretLines, secretLine } from './secret-lines.ts'

const base64 = Buffer.alloc(32, 7).toString('base64')
const hashes: readonly GivenHash[] = [
  { hash: '$2b$04$nX9q5muqvSUCwDO//9SA9ObVJdoG4H5g/iyA6DGmA96bd7VnLaqFK', method: 'bcrypt' },
  { hash: base64, method: 'sha256', salt: 'pepper', saltPosition: 'suffix' },
  { hash: Buffer.alloc(16, 7).toString('hex'), method: 'md5' },
  { hash: '$P$BabcdefghijklmnopqrstuvwxyzABCD', method: 'wordpress' },
  { hash: base64, method: 'pbkdf2', salt: base64, iterations: 10, variant: 'salted-pbkdf2-hmac-sha512' },
  {
    hash: base64,
    method: 'firebase-scrypt',
    salt: base64,
    signerKey: base64,
    saltSeparator: 'Bw==',
    rounds: 8,
    memoryCost: 10,
  },
]

test('a hash of another system in Kinde’s fields is read as the hash that it was', () => {
  for (const given of hashes) {
    const stored = importedHash(given)
    assert.ok(stored.kind === 'hash', JSON.stringify([given, stored]))
    const { password } = kindeUser({ email: 'a@example.com', password: kindePassword(stored.hash) })
    const again = password && importedHash(password)
    // `$2a$` and `$2b$` are one method.
    const bcryptIn = (hash: string) =>
      Buffer.from(hash.slice(10), 'base64url').toString().replace('$2a$', '$2b$')
    assert.ok(again?.kind === 'hash', JSON.stringify(again))
    assert.equal(bcryptIn(again.hash), bcryptIn(stored.hash), given.method)
  }
})

test('a line of secrets.env gives the value back, whatever is in it', () => {
  const values = [
    'plain',
    'two words',
    `it's`,
    'a "quote"',
    '-----BEGIN\nKEY-----\n',
    '# $HOME',
    '{"a":1}',
    '',
  ]
  for (const value of values) {
    const line = secretLine('NAME', value)
    assert.ok(line !== undefined, value)
    assert.equal(readSecretLines(`# what it is\n${line}\n`).get('NAME'), value)
  }
  assert.equal(secretLine('NAME', `'"\``), undefined)
})

test('one name stands for one value, and the author’s own name goes before', () => {
  const values = new NamedValues()
  const nameOf = (value: string, given?: string) =>
    values.reference({ what: 'it', name: 'made for-it', value, given }).text
  assert.equal(nameOf('one'), '${env:MADE_FOR_IT}')
  assert.equal(nameOf('two'), '${env:MADE_FOR_IT_2}')
  assert.equal(nameOf('one'), '${env:MADE_FOR_IT}')
  assert.equal(nameOf('three', '${env:OWN}'), '${env:OWN}')
  assert.equal(nameOf('four', '${env:OWN}'), '${env:MADE_FOR_IT_3}')
  assert.equal(nameOf('five', 'Bearer ${env:OWN}'), '${env:MADE_FOR_IT_4}')
})

test('a string of the database that looks like a reference is not written', () => {
  const written = (value: unknown) => plainValue(value, ({ text }) => text)
  assert.equal(written(withPlaceholder('https://a.example/x', 'https://a.example')), '${issuer}/x')
  assert.equal(
    written(withPlaceholder('https://a.example.net', 'https://a.example')),
    'https://a.example.net',
  )
  const stored = withPlaceholder('https://a.example/${env:HOME}', 'https://a.example')
  assert.throws(() => written({ deep: [stored] }), LooksLikeReference)
})
