import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bindings, mountedBindings } from './binding.ts'
import { triggers } from '../triggers/registry/index.ts'

const always = ['console', 'url', 'kinde.fetch', 'kinde.cache']
const offered = bindings.filter((row) => !('notOffered' in row)).map(({ key }) => key)
const everything = bindings.map(({ key }) => key)

describe('mounted bindings', () => {
  test('are console, url, kinde.fetch and kinde.cache for a workflow that declares none', () => {
    assert.deepEqual(mountedBindings([], 'user:tokens_generation'), { mounted: always, ignored: [] })
  })

  test('are the declared ones alone when bindings are strict', () => {
    const { mounted } = mountedBindings(['kinde.idToken'], 'user:tokens_generation', { strictBindings: true })
    assert.deepEqual(mounted, ['kinde.idToken'])
  })

  // The availability matrix of C§6.2: what each trigger mounts of everything that can be declared, besides what all have.
  const own: Record<string, readonly string[]> = {
    'user:tokens_generation': ['kinde.accessToken', 'kinde.idToken', 'kinde.auth'],
    'm2m:token_generation': ['kinde.m2mToken'],
    'user:post_authentication': ['kinde.auth'],
    'user:pre_registration': ['kinde.auth'],
    'user:pre_mfa': ['kinde.auth'],
    'user:existing_password_provided': ['kinde.auth'],
    'user:new_password_provided': ['kinde.auth'],
    'user:plan_selection': [],
    'user:plan_cancellation_request': [],
    'user:new_username_provided': [],
  }
  const common = ['util', 'module', 'kinde.secureFetch', 'kinde.env', 'kinde.localization']
  for (const { key } of triggers) {
    test(`of ${key}, when everything is declared, are those that its row of C§6.2 allows`, () => {
      const { mounted, ignored } = mountedBindings(everything, key)
      assert.deepEqual(mounted.toSorted(), [...always, ...common, ...(own[key] ?? [])].toSorted())
      assert.equal(mounted.length + ignored.length, everything.length)
    })
  }

  test('leave out a binding that belongs to another trigger, and say to which', () => {
    assert.deepEqual(mountedBindings(['kinde.m2mToken'], 'user:tokens_generation').ignored, [
      {
        binding: 'kinde.m2mToken',
        reason: 'is not available to user:tokens_generation, only to m2m:token_generation',
      },
    ])
  })

  test('leave out a binding of Kinde that there is nothing to mount for', () => {
    assert.deepEqual(mountedBindings(['kinde.mfa'], 'user:pre_mfa').ignored, [
      {
        binding: 'kinde.mfa',
        reason: 'is a binding of Kinde that Mintage does not offer: there is no second factor',
      },
    ])
  })

  const unknown: [string, string][] = [
    ['kinde.accesToken', 'is not a known binding; did you mean "kinde.accessToken"?'],
    ['accessToken', 'is not a known binding; did you mean "kinde.accessToken"?'],
    ['env', 'is not a known binding; did you mean "kinde.env"?'],
    ['kinde.log', 'is not a known binding: use console.log'],
    ['kinde', 'is not a known binding: name each binding, such as "kinde.accessToken"'],
    [
      'risk',
      'is not a known binding, and Mintage has no kinde.risk: no risk is scored; decide in the workflow and refuse with denyAccess(reason)',
    ],
    ['process', `is not a known binding; the bindings are ${offered.join(', ')}`],
    ['__proto__', `is not a known binding; the bindings are ${offered.join(', ')}`],
  ]
  for (const [binding, reason] of unknown) {
    test(`leave out "${binding}", which ${reason}`, () => {
      assert.deepEqual(mountedBindings([binding, binding], 'user:tokens_generation'), {
        mounted: always,
        ignored: [{ binding, reason }],
      })
    })
  }
})
