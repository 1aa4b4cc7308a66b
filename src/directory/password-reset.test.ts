// A forgotten password, a changed one, and a proven address.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changePassword } from './change-password.ts'
import { adaYaml, openTestDirectory, type TestDirectory } from './fixtures/test-directory.ts'
import { findPasswordReset, redeemPasswordReset, requestPasswordReset } from './password-reset.ts'
import { checkPassword } from './sign-in.ts'
import { findEmailVerification, requestEmailVerification, verifyEmail } from './verify-email.ts'

const ip = '192.0.2.1'
const request = { email: 'ada@example.com', ip, context: { client: 'web' } }

async function resetToken(directory: TestDirectory): Promise<string> {
  await requestPasswordReset(request, directory)
  await directory.settle()
  return directory.mails.at(-1)?.token ?? ''
}

async function signInKind(directory: TestDirectory, password: string): Promise<string> {
  return (await checkPassword({ identifier: 'ada', password, ip: '198.51.100.7' }, directory)).kind
}

describe('asking for a reset', () => {
  test('is answered alike whether there is an account; one mail is sent (EN-01)', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const known = await requestPasswordReset(request, directory)
    const unknown = await requestPasswordReset({ ...request, email: 'eve@example.com' }, directory)
    assert.deepEqual(known, { kind: 'accepted' })
    assert.deepEqual(unknown, known)
    await directory.settle()
    assert.deepEqual(
      directory.mails.map(({ kind, to }) => [kind, to]),
      [['password-reset', 'ada@example.com']],
    )
  })

  test('again and again sends a few mails to one address, and says nothing of it', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await requestPasswordReset(request, directory)).kind, 'accepted')
      await directory.settle()
    }
    assert.equal(directory.mails.length, 5)
  })

  test('has to be for an address', async (t) => {
    const directory = await openTestDirectory(t)
    const result = await requestPasswordReset({ ...request, email: 'ada' }, directory)
    assert.deepEqual(result, { kind: 'invalid-email' })
  })
})

describe('the link of a reset (BR-11)', () => {
  test('sets the password, ends what was signed in, and proves the address', async (t) => {
    const directory = await openTestDirectory(
      t,
      'users: [{ email: ada@example.com, username: ada, isEmailVerified: false }]',
    )
    const token = await resetToken(directory)
    const result = await redeemPasswordReset({ token, password: 'another engine', ip }, directory)
    assert.ok(result.kind === 'changed')
    assert.deepEqual(result.context, { client: 'web' })
    assert.equal(await signInKind(directory, 'another engine'), 'signed-in')
    const identity = await directory.store.directory.identity('email', 'ada@example.com')
    assert.equal(identity?.isVerified, true)
  })

  test('works once, also of ten tries at the same time', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const token = await resetToken(directory)
    const tries = Array.from({ length: 10 }, (_, index) =>
      redeemPasswordReset({ token, password: `another engine ${index}`, ip }, directory),
    )
    const kinds = (await Promise.all(tries)).map(({ kind }) => kind)
    assert.equal(kinds.filter((kind) => kind === 'changed').length, 1)
    assert.equal(kinds.filter((kind) => kind === 'link-unusable').length, 9)
  })

  test('is looked at without being used up: mail scanners open links', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const token = await resetToken(directory)
    assert.equal((await findPasswordReset(token, directory))?.identity.value, 'ada@example.com')
    assert.equal((await findPasswordReset(token, directory))?.identity.value, 'ada@example.com')
    assert.equal(await findPasswordReset('another token', directory), undefined)
  })

  test('stays usable when the password is refused', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const token = await resetToken(directory)
    const refused = await redeemPasswordReset({ token, password: 'password1', ip }, directory)
    assert.deepEqual(refused, { kind: 'invalid-password', problem: 'too-common' })
    const result = await redeemPasswordReset({ token, password: 'another engine', ip }, directory)
    assert.equal(result.kind, 'changed')
  })

  test('takes the others of the user with it', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const [first, second] = [await resetToken(directory), await resetToken(directory)]
    await redeemPasswordReset({ token: first, password: 'another engine', ip }, directory)
    const result = await redeemPasswordReset({ token: second, password: 'a third engine', ip }, directory)
    assert.deepEqual(result, { kind: 'link-unusable' })
  })

  test('expires after half an hour', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const token = await resetToken(directory)
    directory.passSeconds(30 * 60 + 1)
    const result = await redeemPasswordReset({ token, password: 'another engine', ip }, directory)
    assert.deepEqual(result, { kind: 'link-unusable' })
  })

  test('opens an account that was closed by too many tries', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    for (let count = 0; count < 12; count += 1) await signInKind(directory, 'wrong password')
    assert.equal(await signInKind(directory, 'sunflower-engine'), 'throttled')
    const token = await resetToken(directory)
    await redeemPasswordReset({ token, password: 'another engine', ip }, directory)
    assert.equal(await signInKind(directory, 'another engine'), 'signed-in')
  })
})

describe('changing a password', () => {
  const form = { userId: 'kp_ada', currentPassword: 'sunflower-engine', newPassword: 'another engine', ip }

  test('asks for the current one, and ends every other session (RT-05)', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const result = await changePassword({ ...form, sessionUid: 'this one' }, directory)
    assert.equal(result.kind, 'changed')
    assert.equal(await signInKind(directory, 'sunflower-engine'), 'wrong')
    assert.equal(await signInKind(directory, 'another engine'), 'signed-in')
  })

  test('is refused with a reason', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const refuse = (changes: Partial<typeof form>) => changePassword({ ...form, ...changes }, directory)
    assert.deepEqual(await refuse({ currentPassword: 'wrong password' }), { kind: 'wrong' })
    assert.deepEqual(await refuse({ newPassword: 'sunflower-engine' }), { kind: 'unchanged' })
    assert.deepEqual(await refuse({ newPassword: 'ada@example.com' }), {
      kind: 'invalid-password',
      problem: 'same-as-identifier',
    })
  })

  test('C9: has a counter of its own: tries at the sign-in do not hinder it, and it takes ten at most (BF-03)', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    for (let count = 0; count < 10; count += 1) await signInKind(directory, 'wrong password')
    assert.equal(await signInKind(directory, 'sunflower-engine'), 'throttled')
    const wrong = { ...form, currentPassword: 'wrong password' }
    const kinds: string[] = []
    for (let count = 0; count < 12; count += 1) {
      kinds.push((await changePassword(wrong, directory)).kind)
      directory.passSeconds(15 * 60)
    }
    assert.equal(kinds.filter((kind) => kind === 'wrong').length, 10)
    assert.equal((await changePassword(form, directory)).kind, 'throttled')
  })

  test('makes links that are under way useless', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const token = await resetToken(directory)
    await changePassword(form, directory)
    const result = await redeemPasswordReset({ token, password: 'a third engine', ip }, directory)
    assert.deepEqual(result, { kind: 'link-unusable' })
  })

  test('replaces a temporary one', async (t) => {
    const directory = await openTestDirectory(
      t,
      'users: [{ email: ada@example.com, username: ada, id: kp_ada, password: sunflower-engine, isTemporaryPassword: true }]',
    )
    assert.equal(await signInKind(directory, 'sunflower-engine'), 'temporary-password')
    await changePassword(form, directory)
    assert.equal(await signInKind(directory, 'another engine'), 'signed-in')
  })
})

test('an address is proven by a link that works once (BR-11)', async (t) => {
  const directory = await openTestDirectory(t, 'users: [{ email: ada@example.com, isEmailVerified: false }]')
  const identity = await directory.store.directory.identity('email', 'ada@example.com')
  assert.ok(identity && !identity.isVerified)
  await requestEmailVerification({ identity, context: {} }, directory)
  await directory.settle()
  const token = directory.mails[0]?.token ?? ''
  const link = { token, signedInAs: identity.userId, ip }
  const looks = [await findEmailVerification(link, directory), await findEmailVerification(link, directory)]
  assert.deepEqual(
    looks.map((found) => found?.identity.value),
    ['ada@example.com', 'ada@example.com'],
    'looking uses nothing up',
  )
  assert.equal((await verifyEmail(link, directory)).kind, 'verified')
  assert.equal((await directory.store.directory.identity('email', 'ada@example.com'))?.isVerified, true)
  assert.deepEqual(await verifyEmail(link, directory), { kind: 'link-unusable' })
})

test('links to prove one address are sent a few times in an hour, and then no more (BF-02)', async (t) => {
  const directory = await openTestDirectory(t, 'users: [{ email: ada@example.com, isEmailVerified: false }]')
  const identity = await directory.store.directory.identity('email', 'ada@example.com')
  assert.ok(identity)
  const kinds: string[] = []
  for (let count = 0; count < 7; count++)
    kinds.push((await requestEmailVerification({ identity, context: {} }, directory)).kind)
  await directory.settle()
  assert.deepEqual(kinds.slice(-1), ['throttled'])
  assert.equal(directory.mails.length, kinds.filter((kind) => kind === 'accepted').length)
})
