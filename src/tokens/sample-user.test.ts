import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { m2mEvent, userEvent } from '../triggers/fixtures/sample-events.ts'
import { sampleClaims } from './sample-user.ts'
import { parseTokenEvent } from './token-trigger.ts'

describe('the sample user', () => {
  test('takes subject, organization, client and audience from the event', () => {
    const claims = sampleClaims(parseTokenEvent(userEvent(), 'user:tokens_generation', 'event.json'))
    assert.deepEqual(Object.keys(claims), ['accessToken', 'idToken'])
    assert.equal(claims.accessToken?.['sub'], 'kp_1234567890')
    assert.equal(claims.accessToken?.['org_code'], 'org_123456789')
    assert.equal(claims.accessToken?.['azp'], '299627bd8bfa493f8b17e6aec8ebfb86')
    assert.deepEqual(claims.accessToken?.['aud'], ['https://api.example.com/v1'])
    assert.equal(claims.idToken?.['sub'], 'kp_1234567890')
    assert.deepEqual(claims.idToken?.['aud'], ['299627bd8bfa493f8b17e6aec8ebfb86'])
  })

  test('has the claims of the three shapes that workflows work on (C§3.1)', () => {
    const { accessToken } = sampleClaims(parseTokenEvent(userEvent(), 'user:tokens_generation', 'event.json'))
    assert.ok(Array.isArray(accessToken?.['permissions']))
    assert.deepEqual(accessToken?.['feature_flags'], {
      new_dashboard: { t: 'b', v: true },
      theme: { t: 's', v: 'violet' },
      report_limit: { t: 'i', v: 25 },
    })
    assert.deepEqual(Object.keys(Object(Reflect.get(Object(accessToken?.['roles']), 0))), [
      'id',
      'key',
      'name',
    ])
  })

  test('has no organization claims without an organization', () => {
    const event = userEvent()
    event.context['organization'] = null
    const { accessToken, idToken } = sampleClaims(
      parseTokenEvent(event, 'user:tokens_generation', 'event.json'),
    )
    for (const claim of ['org_code', 'org_name', 'permissions', 'roles']) {
      assert.equal(Object.hasOwn(accessToken ?? {}, claim), false, claim)
    }
    assert.deepEqual(idToken?.['org_codes'], [])
  })

  test('of an M2M event has no subject (C§3.3)', () => {
    const claims = sampleClaims(parseTokenEvent(m2mEvent(), 'm2m:token_generation', 'event.json'))
    assert.deepEqual(Object.keys(claims), ['m2mToken'])
    assert.equal(Object.hasOwn(claims.m2mToken ?? {}, 'sub'), false)
    assert.deepEqual(claims.m2mToken?.['scp'], ['read:all', 'write:all'])
    assert.equal(claims.m2mToken?.['scope'], 'read:all write:all')
    assert.equal(claims.m2mToken?.['azp'], '47dfff23')
  })
})
