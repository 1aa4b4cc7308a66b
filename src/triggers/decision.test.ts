import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OutcomeKind, RunOutcome } from '../runtime/index.ts'
import { applyWorkflowClaims, type ClaimsByToken } from '../tokens/index.ts'
import { decide, outcomeErrorCode, type Decision, type FailurePolicy } from './decision.ts'
import { tokensOfTrigger, tokenTriggers, type TokenTrigger } from '../tokens/index.ts'

const defaults = { sub: 'kp_1', plan: 'free' }

function beforeOf(trigger: TokenTrigger): ClaimsByToken {
  return Object.fromEntries(tokensOfTrigger[trigger].map((token) => [token, defaults]))
}

function completedJson(trigger: TokenTrigger, claims: object): string {
  return JSON.stringify(Object.fromEntries(tokensOfTrigger[trigger].map((token) => [token, claims])))
}

const error = { name: 'TypeError', message: 'x is not a function', stack: '' }

interface Cell {
  readonly outcome: (trigger: TokenTrigger) => RunOutcome
  readonly code: string | undefined
  readonly stop: Decision['kind']
  readonly continue: Decision['kind']
}

const failing = { stop: 'refuse', continue: 'issue-defaults' } as const

const cells = {
  completed: {
    outcome: (trigger) => ({ kind: 'completed', claimsJson: completedJson(trigger, { plan: 'gold' }) }),
    code: undefined,
    stop: 'issue',
    continue: 'issue',
  },
  denied: {
    outcome: () => ({ kind: 'denied', reason: 'unpaid' }),
    code: 'workflow_denied',
    stop: 'deny',
    continue: 'deny',
  },
  threw: { outcome: () => ({ kind: 'threw', error }), code: 'workflow_threw', ...failing },
  'claims-invalid': {
    outcome: () => ({ kind: 'claims-invalid', message: 'accessToken.x is a function' }),
    code: 'claims_invalid',
    ...failing,
  },
  'claims-too-large': {
    outcome: () => ({ kind: 'claims-too-large', message: 'too large' }),
    code: 'claims_too_large',
    ...failing,
  },
  'wall-clock-exceeded': {
    outcome: () => ({ kind: 'wall-clock-exceeded' }),
    code: 'wall_clock_exceeded',
    ...failing,
  },
  'running-time-exceeded': {
    outcome: () => ({ kind: 'running-time-exceeded' }),
    code: 'running_time_exceeded',
    ...failing,
  },
  'memory-exceeded': { outcome: () => ({ kind: 'memory-exceeded' }), code: 'memory_exceeded', ...failing },
  'calls-exceeded': { outcome: () => ({ kind: 'calls-exceeded' }), code: 'calls_exceeded', ...failing },
  'log-exceeded': { outcome: () => ({ kind: 'log-exceeded' }), code: 'log_exceeded', ...failing },
  'never-settled': { outcome: () => ({ kind: 'never-settled' }), code: 'never_settled', ...failing },
  crashed: { outcome: () => ({ kind: 'crashed' }), code: 'sandbox_crashed', ...failing },
  busy: { outcome: () => ({ kind: 'busy' }), code: 'sandbox_busy', ...failing },
  'replay-diverged': {
    outcome: () => ({ kind: 'replay-diverged', message: 'asked for another address' }),
    code: 'replay_diverged',
    stop: 'refuse',
    continue: 'refuse',
  },
} as const satisfies Record<OutcomeKind, Cell>

const policies: readonly FailurePolicy[] = ['stop', 'continue']

function decideFor(trigger: TokenTrigger, outcome: RunOutcome, policy: FailurePolicy): Decision {
  const limits = { claimsBytes: 16_384, claimsDepth: 64 }
  const before = beforeOf(trigger)
  return decide(
    outcome,
    (claimsJson) => applyWorkflowClaims({ before, claimsJson, attempts: [], limits, strictClaims: false }),
    policy,
  )
}

for (const trigger of tokenTriggers) {
  describe(`the decision of ${trigger}`, () => {
    for (const [kind, cell] of Object.entries(cells)) {
      for (const policy of policies) {
        test(`is ${cell[policy]} when the outcome is ${kind} under ${policy}`, () => {
          const decision = decideFor(trigger, cell.outcome(trigger), policy)
          assert.equal(decision.kind, cell[policy])
          if ('failure' in decision) assert.equal(decision.failure.code, cell.code)
        })
      }
    }

    for (const policy of policies) {
      test(`issues the changed claims over the reserved defaults under ${policy}`, () => {
        const decision = decideFor(trigger, cells.completed.outcome(trigger), policy)
        assert.ok(decision.kind === 'issue')
        for (const token of tokensOfTrigger[trigger]) {
          assert.deepEqual(decision.applied.after[token], { sub: 'kp_1', plan: 'gold' })
        }
      })

      for (const [what, claimsJson, code] of [
        ['are not what the sandbox promises', 'null', 'claims_invalid'],
        ['cannot be issued', completedJson(trigger, { big: 1 }).replace('1', '1e400'), 'claims_invalid'],
        [
          'are larger than the limit',
          completedJson(trigger, { big: 'x'.repeat(20_000) }),
          'claims_too_large',
        ],
      ] as const) {
        test(`is a failure when the run completed and its claims ${what} under ${policy}`, () => {
          const decision = decideFor(trigger, { kind: 'completed', claimsJson }, policy)
          assert.equal(decision.kind, failing[policy])
          assert.ok('failure' in decision)
          assert.equal(decision.failure.code, code)
        })
      }
    }
  })
}

describe('the decision', () => {
  test('has one error code per outcome, as documented', () => {
    assert.deepEqual(
      outcomeErrorCode,
      Object.fromEntries(Object.entries(cells).map(([kind, cell]) => [kind, cell.code])),
    )
  })

  test('shows the reason of a denial on one line', () => {
    const decision = decideFor(
      'user:tokens_generation',
      { kind: 'denied', reason: ' un\r\npaid\u0000 ' },
      'stop',
    )
    assert.deepEqual(decision, { kind: 'deny', reason: 'un paid' })
  })

  test('bounds the reason of a denial and never cuts a character in half', () => {
    const decision = decideFor(
      'user:tokens_generation',
      { kind: 'denied', reason: '🙂'.repeat(2_000) },
      'stop',
    )
    assert.ok(decision.kind === 'deny')
    assert.ok(decision.reason.length <= 500)
    assert.equal(decision.reason.isWellFormed(), true)
  })

  test('says so when a denial has no reason', () => {
    const decision = decideFor('m2m:token_generation', { kind: 'denied', reason: '' }, 'continue')
    assert.deepEqual(decision, { kind: 'deny', reason: 'The workflow gave no reason.' })
  })
})

describe('E5: an outcome and its error code', () => {
  for (const [kind, code] of Object.entries(outcomeErrorCode)) {
    if (code === undefined) continue
    test(`are spelled alike: ${kind}`, () => {
      const name = kind.replaceAll('-', '_')
      assert.ok([name, `workflow_${name}`, `sandbox_${name}`].includes(code), code)
    })
  }
})
