// Signing up, with and without proof of the address.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { adaYaml, openTestDirectory, type TestDirectory } from './fixtures/test-directory.ts'
import { findConnection } from './connection.ts'
import { finishSignUp, type ChosenAccount } from './finish-sign-up.ts'
import { identifierOf } from './identity.ts'
import { createAccount } from './new-account.ts'
import { checkPassword } from './sign-in.ts'
import { signUp, type SignUpForm } from './sign-up.ts'

const form: SignUpForm = {
  type: 'email',
  identifier: 'Grace@Example.com',
  password: 'compilers and bugs',
  firstName: 'Grace',
  lastName: 'Hopper',
  ip: '192.0.2.1',
  browser: 'of Grace',
  context: { language: 'en' },
}

const withProof = (directory: TestDirectory) => ({
  ...directory,
  isEmailProofRequired: true,
  isSignUpAllowed: true,
})
const withoutProof = (directory: TestDirectory) => ({
  ...directory,
  isEmailProofRequired: false,
  isSignUpAllowed: true,
})

describe('without proof of the address', () => {
  test('the account exists at once and signs in', async (t) => {
    const directory = await openTestDirectory(t)
    const result = await signUp(form, withoutProof(directory))
    assert.ok(result.kind === 'signed-up')
    assert.match(result.user.id, /^kp_[0-9a-f]{32}$/)
    assert.equal(result.user.preferredEmail, 'Grace@Example.com')
    assert.equal(result.identity.isVerified, false)
    assert.equal(result.connection.strategy, 'email:password')
    const attempt = { identifier: 'grace@example.com', password: form.password, ip: form.ip }
    assert.equal((await checkPassword(attempt, directory)).kind, 'signed-in')
  })

  test('a taken address is refused, and its owner gets a mail', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const result = await signUp({ ...form, identifier: 'ADA@example.com' }, withoutProof(directory))
    assert.deepEqual(result, { kind: 'taken' })
    await directory.settle()
    assert.deepEqual(
      directory.mails.map(({ kind, to, token }) => [kind, to, token]),
      [['account-exists', 'ADA@example.com', null]],
    )
  })

  test('one of two sign-ups with the same address at the same time gets it', async (t) => {
    const directory = await openTestDirectory(t)
    const results = await Promise.all([
      signUp(form, withoutProof(directory)),
      signUp(form, withoutProof(directory)),
    ])
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['signed-up', 'taken'])
  })
})

describe('with proof of the address', () => {
  test('new and taken addresses are answered alike; the mail tells which (EN-01)', async (t) => {
    const directory = await openTestDirectory(t, adaYaml)
    const fresh = await signUp(form, withProof(directory))
    const taken = await signUp({ ...form, identifier: 'ada@example.com' }, withProof(directory))
    assert.deepEqual(fresh, { kind: 'check-mail' })
    assert.deepEqual(taken, fresh)
    await directory.settle()
    assert.deepEqual(directory.mails.map(({ kind }) => kind).sort(), ['account-exists', 'finish-sign-up'])
    assert.equal(await directory.store.directory.identity('email', 'grace@example.com'), undefined)
  })

  test('the link of the mail makes the account, once', async (t) => {
    const directory = await openTestDirectory(t)
    await signUp(form, withProof(directory))
    await directory.settle()
    const token = directory.mails[0]?.token ?? ''
    const proof = { token, browser: 'of Grace', ip: form.ip }
    const results = await Promise.all([1, 2, 3].map(() => finishSignUp(proof, withProof(directory))))
    const [done, ...others] = results.filter(({ kind }) => kind === 'signed-up')
    assert.ok(done?.kind === 'signed-up')
    assert.deepEqual(others, [])
    assert.equal(done.identity.isVerified, true)
    assert.deepEqual(done.context, { language: 'en' })
    assert.equal(done.user.firstName, 'Grace')
  })

  test('the link expires after half an hour', async (t) => {
    const directory = await openTestDirectory(t)
    await signUp(form, withProof(directory))
    await directory.settle()
    directory.passSeconds(30 * 60 + 1)
    const proof = { token: directory.mails[0]?.token ?? '', browser: 'of Grace', ip: form.ip }
    const result = await finishSignUp(proof, withProof(directory))
    assert.deepEqual(result, { kind: 'link-unusable' })
  })

  test('C8: keeps the password only for the browser that typed it, and asks every other one for a new one', async (t) => {
    const directory = await openTestDirectory(t)
    await signUp(form, withProof(directory))
    await directory.settle()
    const proof = { token: directory.mails[0]?.token ?? '', browser: 'of another person', ip: '192.0.2.9' }
    const finish = (chosen?: ChosenAccount) =>
      finishSignUp({ ...proof, ...(chosen && { chosen }) }, withProof(directory))
    const chosen = { password: 'an owner decides', firstName: 'Grace', lastName: null }
    assert.deepEqual(await finish(), { kind: 'password-due' })
    assert.deepEqual(await finish({ ...chosen, password: 'short' }), {
      kind: 'invalid-password',
      problem: 'too-short',
    })
    const done = await finish(chosen)
    assert.ok(done.kind === 'signed-up')
    assert.equal(done.user.lastName, null)
    const attempt = { identifier: 'grace@example.com', ip: form.ip }
    const kinds = [form.password, chosen.password].map(
      async (password) => (await checkPassword({ ...attempt, password }, directory)).kind,
    )
    assert.deepEqual(await Promise.all(kinds), ['wrong', 'signed-in'])
  })

  test('a username has no address to prove', async (t) => {
    const directory = await openTestDirectory(t)
    const result = await signUp({ ...form, type: 'username', identifier: 'grace' }, withProof(directory))
    assert.equal(result.kind, 'signed-up')
  })
})

test('C9: one mailbox gets five mails of sign-ups in an hour, however it is spelled and from wherever it is asked (BF-02)', async (t) => {
  for (const [email, yaml] of [
    ['grace@example.com', undefined],
    ['ada@example.com', adaYaml],
  ] as const) {
    const directory = await openTestDirectory(t, yaml)
    const [name = '', domain = ''] = email.split('@')
    for (let count = 0; count < 9; count += 1) {
      const identifier = `${name}${count % 2 === 0 ? '' : `+${String(count)}`}@${domain}`
      const result = await signUp(
        { ...form, identifier, ip: `192.0.2.${String(count)}` },
        withProof(directory),
      )
      assert.deepEqual(result, { kind: 'check-mail' })
      await directory.settle()
    }
    assert.equal(directory.mails.length, 5)
    directory.passSeconds(60 * 60 + 1)
    await signUp({ ...form, identifier: email }, withProof(directory))
    await directory.settle()
    assert.equal(directory.mails.length, 6)
  }
})

describe('a new user joins', () => {
  const yaml = `
roles: { member: { isDefault: true } }
organizations:
  home: { code: org_home, isDefault: true, autoMembership: true }
  open: { code: org_open, autoMembership: true }
  closed: { code: org_closed }
`
  const domains = yaml.replace(
    'autoMembership: true }\n  closed: {',
    'autoMembership: true, allowedDomains: [example.com] }\n  closed: { allowedDomains: [example.com], autoJoinByDomain: true,',
  )

  test('an organization by the domain of an address, once the address is verified', async (t) => {
    const directory = await openTestDirectory(t, domains)
    const joined = async (
      email: string,
      organizationCode: string,
      isVerified: boolean,
    ): Promise<readonly string[]> => {
      const identifier = identifierOf('email', email)
      assert.ok(identifier)
      const pending = {
        userId: `kp_${email.replaceAll(/[^a-z]/g, '')}`,
        identifier,
        passwordHash: 'x',
        firstName: null,
        lastName: null,
        organizationCode,
        clientId: null,
        ip: '203.0.113.9',
        requestedAtMs: 0,
        browser: null,
        invitationId: null,
      }
      const catalog = await directory.store.directory.catalog()
      const connection = findConnection(catalog, 'email')
      assert.ok(connection)
      const result = await createAccount(pending, connection, isVerified, {
        ...directory,
        isSignUpAllowed: true,
      })
      assert.ok(result.kind === 'signed-up')
      const organizations = await directory.store.directory.organizationsOf(result.user.id)
      return organizations.map(({ code }) => code)
    }
    assert.deepEqual(await joined('ada@example.com', 'org_open', true), ['org_open'])
    assert.deepEqual(await joined('bob@example.com', 'org_closed', true), ['org_closed'])
    assert.deepEqual(await joined('carol@example.com', 'org_open', false), [])
    assert.deepEqual(await joined('dora@example.com', 'org_closed', false), [])
    assert.deepEqual(await joined('eve@example.org', 'org_open', true), [])
    assert.deepEqual(await joined('fay@notexample.com', 'org_closed', true), [])
    assert.deepEqual(await joined('gil@example.org', 'org_home', true), ['org_home'])
  })

  const cases: [title: string, organizationCode: string | undefined, joined: string[]][] = [
    ['the default organization', undefined, ['org_home']],
    ['the one asked for, when it lets everybody in', 'org_open', ['org_open']],
    ['none, when the one asked for does not', 'org_closed', []],
    ['none, when the one asked for does not exist', 'org_unknown', []],
  ]
  for (const [title, organizationCode, joined] of cases) {
    test(title, async (t) => {
      const directory = await openTestDirectory(t, yaml)
      const asked = organizationCode === undefined ? form : { ...form, organizationCode }
      const result = await signUp(asked, withoutProof(directory))
      assert.ok(result.kind === 'signed-up')
      const organizations = await directory.store.directory.organizationsOf(result.user.id)
      assert.deepEqual(
        organizations.map(({ code }) => code),
        joined,
      )
    })
  }
})

describe('a sign-up is refused', () => {
  test('for an invalid address, a weak password, and a way that is not offered', async (t) => {
    const directory = withoutProof(await openTestDirectory(t))
    const refuse = (changes: Partial<SignUpForm>) => signUp({ ...form, ...changes }, directory)
    assert.deepEqual(await refuse({ identifier: 'nobody' }), { kind: 'invalid-identifier' })
    assert.deepEqual(await refuse({ password: 'short' }), { kind: 'invalid-password', problem: 'too-short' })
    assert.deepEqual(await refuse({ password: 'GRACE@example.com' }), {
      kind: 'invalid-password',
      problem: 'same-as-identifier',
    })
    assert.deepEqual(await refuse({ type: 'phone', identifier: '+447700900000' }), { kind: 'not-offered' })
  })

  test('for a while, when many come from one address', async (t) => {
    const directory = withProof(await openTestDirectory(t))
    for (let count = 0; count < 50; count += 1) {
      await signUp({ ...form, identifier: `user${count}@example.com` }, directory)
    }
    assert.equal((await signUp(form, directory)).kind, 'throttled')
    assert.equal((await signUp({ ...form, ip: '192.0.2.2' }, directory)).kind, 'check-mail')
  })
})
