import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLimits, outcomeErrorCode, type OutcomeKind, type RunOutcome } from '../runtime/index.ts'
import type { FailurePolicy } from '../triggers/index.ts'
import type { ClaimsByToken } from './claims.ts'
import { runTokenTrigger, type TokenTriggerRun } from './run-token-trigger.ts'
import { parseTokenEvent, tokensOfTrigger, tokenTriggers, type TokenTrigger } from './token-trigger.ts'

type Decision = TokenTriggerRun['decision']

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

const domains = { kindeDomain: 'https://example.kinde.com' }
const application = { clientId: 'app_1' }
const events = {
  'user:tokens_generation': {
    request: { ip: '192.0.2.1' },
    context: {
      domains,
      application,
      auth: { origin: 'refresh_token_request', isExistingSession: true },
      user: { id: 'kp_1' },
      workflow: { trigger: 'user:tokens_generation' },
    },
  },
  'm2m:token_generation': {
    request: { ip: '192.0.2.1', auth: { audience: [] } },
    context: { domains, application, workflow: { trigger: 'm2m:token_generation' } },
  },
}

/** The port gives an outcome that no well-meaning workflow could be made to end in. */
async function decideFor(
  trigger: TokenTrigger,
  outcome: RunOutcome,
  failurePolicy: FailurePolicy,
): Promise<Decision> {
  const request = {
    invocationId: 'inv_1',
    workflows: [
      {
        id: 'tokens',
        file: 'tokensWorkflow.ts',
        bindings: {},
        prepared: {
          id: 'dep_1',
          source: { code: '', bindings: [], reservedClaims: {}, secureFetchEncoding: 'base64url' as const },
          evaluatedPerRun: false,
          imageBytes: 0,
          prepareMs: 0,
        },
        failurePolicy,
        locate: () => undefined,
        calledAt: () => undefined,
        inPackage: () => undefined,
        mapPlaces: (text: string) => text,
        sourceLine: () => undefined,
      },
    ] as const,
    event: parseTokenEvent(events[trigger], trigger, 'event.json'),
    before: beforeOf(trigger),
    environment: {},
    localization: {},
    limits: defaultLimits,
    strictClaims: false,
  }
  const recording = { startedAtMs: 0, seed: '0'.repeat(64), answers: [], deliveries: [], calls: [] }
  const ran = { reservedAttempts: [], log: [], calls: [], durationMs: 1, runningMs: 1, recording }
  const { decision } = await runTokenTrigger(request, { invoke: () => Promise.resolve({ outcome, ...ran }) })
  return decision
}

for (const trigger of tokenTriggers) {
  describe(`the decision of ${trigger}`, () => {
    for (const [kind, cell] of Object.entries(cells)) {
      for (const policy of policies) {
        test(`is ${cell[policy]} when the outcome is ${kind} under ${policy}`, async () => {
          const decision = await decideFor(trigger, cell.outcome(trigger), policy)
          assert.equal(decision.kind, cell[policy])
          if ('failure' in decision) assert.equal(decision.failure.code, cell.code)
        })
      }
    }

    for (const policy of policies) {
      test(`issues the changed claims over the reserved defaults under ${policy}`, async () => {
        const decision = await decideFor(trigger, cells.completed.outcome(trigger), policy)
        assert.ok(decision.kind === 'issue')
        for (const token of tokensOfTrigger[trigger]) {
          assert.deepEqual(decision.result.after[token], { sub: 'kp_1', plan: 'gold' })
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
        test(`is a failure when the run completed and its claims ${what} under ${policy}`, async () => {
          const decision = await decideFor(trigger, { kind: 'completed', claimsJson }, policy)
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

  test('shows the reason of a denial on one line', async () => {
    const decision = await decideFor(
      'user:tokens_generation',
      { kind: 'denied', reason: ' un\r\npaid\u0000 ' },
      'stop',
    )
    assert.deepEqual(decision, { kind: 'deny', reason: 'un paid' })
  })

  test('bounds the reason of a denial and never cuts a character in half', async () => {
    const decision = await decideFor(
      'user:tokens_generation',
      { kind: 'denied', reason: '🙂'.repeat(2_000) },
      'stop',
    )
    assert.ok(decision.kind === 'deny')
    assert.ok(decision.reason.length <= 500)
    assert.equal(decision.reason.isWellFormed(), true)
  })

  test('says so when a denial has no reason', async () => {
    const decision = await decideFor('m2m:token_generation', { kind: 'denied', reason: '' }, 'continue')
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
