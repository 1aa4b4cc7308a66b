import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SourceLocation } from '../errors/index.ts'
import { defaultLimits, type RunOutcome } from '../runtime/index.ts'
import { decide } from './decision.ts'
import { describeFailure, type FailureText } from './failure.ts'
import type { TriggerKey } from './registry/index.ts'

const at: SourceLocation = { file: 'tierWorkflow.ts', line: 7, column: 3 }

function describeOutcome(
  outcome: RunOutcome,
  sourceLine = '',
  trigger: TriggerKey = 'user:tokens_generation',
): FailureText {
  const decision = decide(outcome, () => ({ kind: 'accepted', result: 'not asked' }), 'stop')
  assert.ok('failure' in decision)
  return describeFailure(decision.failure, {
    trigger,
    limits: defaultLimits,
    locate: () => at,
    calledAt: () => undefined,
    inPackage: () => undefined,
    mapPlaces: (text) => text,
    sourceLine: () => sourceLine,
  })
}

function hintFor(name: string, message: string, sourceLine = ''): string {
  return describeOutcome({ kind: 'threw', error: { name, message, stack: 's' } }, sourceLine).hint
}

describe('the text of a failed run', () => {
  const texts: [RunOutcome, string, string][] = [
    [
      { kind: 'wall-clock-exceeded' },
      'wall_clock_exceeded',
      'The run took longer than 5000 ms, waiting included.',
    ],
    [
      { kind: 'running-time-exceeded' },
      'running_time_exceeded',
      'The workflow computed for longer than 1000 ms, waiting excluded.',
    ],
    [{ kind: 'memory-exceeded' }, 'memory_exceeded', 'The workflow used more memory than 32 MiB.'],
    [{ kind: 'calls-exceeded' }, 'calls_exceeded', 'The workflow made more than 20 outgoing calls.'],
    [{ kind: 'log-exceeded' }, 'log_exceeded', 'The workflow logged more than 64 KiB.'],
    [
      { kind: 'never-settled' },
      'never_settled',
      'The promise that the workflow returned can never settle: no call and no timer is pending.',
    ],
    [
      { kind: 'crashed' },
      'sandbox_crashed',
      'The sandbox lost this run: its engine trapped or its thread was lost.',
    ],
    [{ kind: 'crashed', message: 'Two ways differ.' }, 'sandbox_crashed', 'Two ways differ.'],
    [{ kind: 'busy' }, 'sandbox_busy', 'No engine was free within 5000 ms.'],
    [
      { kind: 'claims-invalid', message: 'accessToken.x is a function.' },
      'claims_invalid',
      'accessToken.x is a function.',
    ],
    [{ kind: 'claims-too-large', message: '20 KiB.' }, 'claims_too_large', '20 KiB.'],
    [{ kind: 'replay-diverged', message: 'asked for more.' }, 'replay_diverged', 'asked for more.'],
  ]
  for (const [outcome, code, message] of texts) {
    test(`says what ${outcome.kind} means, and what to do`, () => {
      const text = describeOutcome(outcome)
      assert.equal(text.code, code)
      assert.equal(text.message, message)
      assert.ok(text.hint.length > 10)
      assert.equal(text.at, undefined)
    })
  }

  test('says what was thrown and where', () => {
    const text = describeOutcome({ kind: 'threw', error: { name: 'TypeError', message: 'no', stack: 's' } })
    assert.equal(text.message, 'TypeError: no')
    assert.deepEqual(text.at, at)
  })

  test('has words for a thrown value that says nothing', () => {
    const text = describeOutcome({ kind: 'threw', error: { name: '', message: '', stack: '' } })
    assert.equal(text.message, 'The workflow threw something that is not an Error.')
  })

  test('bounds what the guest says', () => {
    const error = { name: 'Error', message: 'x'.repeat(100_000), stack: '' }
    assert.ok(describeOutcome({ kind: 'threw', error }).message.length <= 2_000)
  })

  test('keeps the advice of an outgoing call that failed', () => {
    const error = { name: 'Error', message: 'took longer than 3000 ms', stack: '' }
    const text = describeOutcome({ kind: 'threw', error, callCode: 'fetch_timeout' })
    assert.equal(text.hint, 'Make the other server answer faster, or raise limits.callMs.')
  })
})

describe('the hint of an error', () => {
  for (const [name, key] of [
    ['accessToken', 'kinde.accessToken'],
    ['IdToken', 'kinde.idToken'],
    ['env', 'kinde.env'],
    ['auth', 'kinde.auth'],
    ['secureFetch', 'kinde.secureFetch'],
  ]) {
    test(`names the binding when ${name} is not available (C§6.5)`, () => {
      const message = `${name} binding not available, please add to workflow/page settings to enable`
      assert.equal(hintFor('Error', message), `Add bindings: { "${key}": {} } to workflowSettings.`)
    })
  }

  test('says where a binding exists when the trigger cannot have it', () => {
    const error = {
      name: 'Error',
      message: 'auth binding not available, please add to workflow/page settings to enable',
      stack: 's',
    }
    const machine = describeOutcome({ kind: 'threw', error }, '', 'm2m:token_generation').hint
    assert.match(
      machine,
      /^kinde\.auth is not available to m2m:token_generation, only to .*user:tokens_generation/,
    )
    const user = hintFor(
      'Error',
      'm2mToken binding not available, please add to workflow/page settings to enable',
    )
    assert.equal(
      user,
      'kinde.m2mToken is not available to user:tokens_generation, only to m2m:token_generation.',
    )
  })

  test('names a binding when there is no kinde at all', () => {
    assert.equal(
      hintFor('ReferenceError', 'kinde is not defined'),
      'Add bindings: { "kinde.accessToken": {} } to workflowSettings.',
    )
  })

  test('names the binding that the line uses when it is not there', () => {
    const line = "  const plan = kinde.env.get('PLAN').value"
    for (const message of ['kinde is not defined', "cannot read property 'get' of undefined"]) {
      assert.equal(
        hintFor('TypeError', message, line),
        'Add bindings: { "kinde.env": {} } to workflowSettings.',
      )
    }
    assert.doesNotMatch(
      hintFor('TypeError', "cannot read property 'get' of undefined", '  user.get()'),
      /bindings/,
    )
  })

  test('says that the answer of kinde.fetch has .json, when the line calls it', () => {
    const hint = hintFor('TypeError', 'not a function', '  const data = await response.json()')
    assert.match(hint, /^kinde\.fetch gives the parsed body in \.json/)
    assert.doesNotMatch(hintFor('TypeError', 'not a function', '  compute()'), /kinde\.fetch/)
  })

  test('says what to use in place of Node', () => {
    assert.match(hintFor('ReferenceError', 'process is not defined'), /getEnvironmentVariable/)
    assert.match(hintFor('ReferenceError', "'Buffer' is not defined"), /TextEncoder/)
    assert.match(hintFor('ReferenceError', 'require is not defined'), /Write import at the top of the file/)
  })

  test('says which variables the management API needs', () => {
    assert.match(hintFor('Error', 'M2M client ID not set'), /KINDE_WF_M2M_CLIENT_ID/)
  })
})
