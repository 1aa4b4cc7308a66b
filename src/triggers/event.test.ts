import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import { parseEvent } from './event.ts'
import { m2mEvent, userEvent } from './fixtures/sample-events.ts'
import type { TriggerKey } from './registry/index.ts'

function rejection(event: JsonObject, trigger: TriggerKey = 'user:tokens_generation'): string {
  let message = ''
  assert.throws(
    () => parseEvent(event, trigger, 'event.json'),
    (error) => {
      assert.ok(error instanceof ConfigError)
      assert.equal(error.code, 'event_invalid')
      assert.deepEqual(error.at, { file: 'event.json' })
      message = error.message
      return true
    },
  )
  return message
}

describe('an event', () => {
  test('of C§7 is accepted as it stands', () => {
    const event = userEvent()
    assert.deepEqual(parseEvent(event, 'user:tokens_generation', 'event.json').json, event)
    assert.deepEqual(parseEvent(m2mEvent(), 'm2m:token_generation', 'event.json').json, m2mEvent())
  })

  test('may hold more fields than are documented', () => {
    const event = userEvent()
    event.context['user'] = { id: 'kp_1', properties: { a: 1 } }
    assert.deepEqual(parseEvent(event, 'user:tokens_generation', 'event.json').json, event)
  })

  test('needs no organization', () => {
    for (const organization of [null, {}, { code: null }]) {
      const event = userEvent()
      event.context['organization'] = organization
      assert.equal(
        parseEvent(event, 'user:tokens_generation', 'event.json').trigger,
        'user:tokens_generation',
      )
    }
  })

  test('is refused with the path of a missing field', () => {
    const event = userEvent()
    event.context['user'] = {}
    assert.equal(rejection(event), 'context.user.id: is missing.')
    assert.equal(rejection({}), 'request: is missing.')
  })

  test('is refused with the allowed values of a field', () => {
    const event = userEvent()
    event.context['auth'] = { origin: 'sign_in', isExistingSession: false }
    assert.equal(
      rejection(event),
      'context.auth.origin: expected "authorization_request" or "refresh_token_request", got "sign_in".',
    )
  })

  test('is refused with the expected type of a field', () => {
    const event = userEvent()
    event.request['ip'] = 17
    assert.equal(rejection(event), 'request.ip: expected a string, got 17.')
  })

  test('is refused when its domain is not an origin, because API paths are put behind it', () => {
    const event = userEvent()
    event.context['domains'] = { kindeDomain: 'example.kinde.com/' }
    assert.equal(
      rejection(event),
      'context.domains.kindeDomain: expected an origin such as https://example.kinde.com, got "example.kinde.com/".',
    )
  })

  test('is refused when it is for another trigger than the workflow, with both named', () => {
    assert.equal(
      rejection(userEvent(), 'm2m:token_generation'),
      'The event is for "user:tokens_generation", the workflow for "m2m:token_generation".',
    )
  })
})
