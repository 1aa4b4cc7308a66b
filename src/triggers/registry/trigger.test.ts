import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { findTrigger, nearestTrigger, nearestTriggerMember, triggers } from './trigger.ts'

describe('triggers', () => {
  test('are the members of WorkflowTrigger in @kinde/infrastructure, one for one', () => {
    // The package's types do not resolve under `nodenext`, so its value is parsed.
    const library: unknown = createRequire(import.meta.url)('@kinde/infrastructure')
    const { WorkflowTrigger } = z.object({ WorkflowTrigger: z.record(z.string(), z.string()) }).parse(library)
    assert.deepEqual(Object.fromEntries(triggers.map(({ member, key }) => [member, key])), WorkflowTrigger)
  })

  test('are found by their exact key alone', () => {
    assert.equal(findTrigger('user:tokens_generation ')?.key, undefined)
    assert.equal(findTrigger('toString'), undefined)
  })

  const suggestions: [string, string | undefined][] = [
    ['m2m:tokens_generation', 'm2m:token_generation'],
    ['user:token_generation', 'user:tokens_generation'],
    ['user:tokens_genaration', 'user:tokens_generation'],
    ['User:Post_Authentication', 'user:post_authentication'],
    ['user:plan_cancelation_request', 'user:plan_cancellation_request'],
    ['PostAuthentication', 'user:post_authentication'],
    ['WorkflowTrigger.UserPreMFA', 'user:pre_mfa'],
    ['onTokenGeneration', 'user:tokens_generation'],
    ['onUserTokenGenerated', 'user:tokens_generation'],
    ['WorkflowTrigger.onTokenGeneration', 'user:tokens_generation'],
    ['pre-token-generation', 'user:tokens_generation'],
    ['TokenGeneration', 'user:tokens_generation'],
    ['onM2MTokenGenerated', 'm2m:token_generation'],
    ['client_credentials_token', 'm2m:token_generation'],
    ['on_login', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ]
  for (const [text, key] of suggestions) {
    test(`suggest ${key ?? 'nothing'} for "${text}"`, () => {
      assert.equal(nearestTrigger(text), key)
    })
  }

  test('suggest PlanCancellationRequest for the member that a published example names (C§6.13)', () => {
    assert.equal(nearestTriggerMember('UserPlanCancellationRequest')?.key, 'user:plan_cancellation_request')
  })
})
