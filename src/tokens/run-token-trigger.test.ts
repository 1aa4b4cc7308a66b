// The story around the sandbox's port. Runs of the real sandbox are in test/cli and test/runtime; here the port gives
// the answers that a hostile or broken guest could give, which no well-meaning workflow makes it give.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLimits, type Invocation, type InvocationResult } from '../runtime/index.ts'
import { runTokenTrigger, type TokenRequest, type TokenTriggerRun } from './run-token-trigger.ts'
import { sampleClaims } from './sample-user.ts'
import { parseTokenEvent } from './token-trigger.ts'

const event = parseTokenEvent(
  {
    request: { auth: { audience: [] }, ip: '192.0.2.1' },
    context: {
      domains: { kindeDomain: 'https://example.kinde.com' },
      auth: { origin: 'refresh_token_request', isExistingSession: true },
      application: { clientId: 'app_1' },
      user: { id: 'kp_1' },
      workflow: { trigger: 'user:tokens_generation' },
    },
  },
  'user:tokens_generation',
  'event.json',
)
const before = sampleClaims(event)

async function run(
  answer: (invocation: Invocation) => Partial<InvocationResult>,
  given: Partial<TokenRequest> = {},
): Promise<TokenTriggerRun> {
  const request: TokenRequest = {
    invocationId: 'inv_1',
    workflows: [
      {
        id: 'tokens',
        file: 'tokensWorkflow.ts',
        bindings: {},
        prepared: {
          id: 'dep_1',
          source: { code: '', bindings: [], reservedClaims: {}, secureFetchEncoding: 'base64url' },
          evaluatedPerRun: false,
          imageBytes: 0,
          prepareMs: 0,
        },
        failurePolicy: 'stop',
        locate: (stack) =>
          stack === '' ? undefined : { file: 'tokensWorkflow.ts', line: Number(stack), column: 3 },
        calledAt: () => undefined,
        inPackage: () => undefined,
        mapPlaces: (text) => text,
        sourceLine: () => undefined,
      },
    ],
    event,
    before,
    environment: {},
    localization: {},
    limits: defaultLimits,
    strictClaims: false,
    ...given,
  }
  return runTokenTrigger(request, {
    invoke: (invocation) =>
      Promise.resolve<InvocationResult>({
        outcome: { kind: 'completed', claimsJson: JSON.stringify(invocation.claims) },
        reservedAttempts: [],
        log: [],
        calls: [],
        durationMs: 1,
        runningMs: 1,
        recording: { startedAtMs: 0, seed: '0'.repeat(64), answers: [], deliveries: [], calls: [] },
        ...answer(invocation),
      }),
  })
}

describe('a token request', () => {
  test('hands the workflow the claims that it may change and no others', async () => {
    let seen: Invocation | undefined
    const result = await run((invocation) => {
      seen = invocation
      return {}
    })
    assert.deepEqual(Object.keys(seen?.claims ?? {}), ['accessToken', 'idToken'])
    assert.equal(Object.hasOwn(seen?.claims['accessToken'] ?? {}, 'sub'), false)
    assert.equal(seen?.claims['accessToken']?.['email'], 'ada@example.com')
    assert.equal(result.decision.kind, 'issue')
    assert.deepEqual(result.tokens.accessToken?.after, before.accessToken)
  })

  test('names the line of a refused claim, and logs the refusal', async () => {
    const result = await run(() => ({ reservedAttempts: [{ token: 'idToken', claim: 'sub', stack: '9' }] }))
    assert.deepEqual(result.refused, [
      { token: 'idToken', claim: 'sub', at: { file: 'tokensWorkflow.ts', line: 9, column: 3 } },
    ])
    assert.deepEqual(result.log, [
      { level: 'warn', text: "mintage: idToken.sub is reserved: the workflow's value was dropped." },
    ])
  })

  test('warns of a claim that holds the value of a secret variable (SBX-58)', async () => {
    const environment = {
      CRM_KEY: { value: 'hunter2"hunter2', isSecret: true },
      REGION: { value: 'eu-west', isSecret: false },
      SHORT: { value: 'eu', isSecret: true },
    }
    const claimed = (changes: object) => (invocation: Invocation) => {
      const accessToken = { ...invocation.claims['accessToken'], ...changes }
      const claimsJson = JSON.stringify({ ...invocation.claims, accessToken })
      return { outcome: { kind: 'completed', claimsJson } } as const
    }
    const told = await run(claimed({ crm: { auth: ['Bearer hunter2"hunter2'] }, region: 'eu-west' }), {
      environment,
    })
    assert.equal(told.decision.kind, 'issue')
    assert.deepEqual(told.log, [
      {
        level: 'warn',
        text: 'mintage: accessToken.crm holds the value of the secret CRM_KEY: anyone who holds the token can read it.',
      },
    ])
    assert.deepEqual((await run(claimed({ region: 'eu' }), { environment })).log, [])
  })

  test('fails under strict claims at the line of the attempt', async () => {
    const attempts = { reservedAttempts: [{ token: 'idToken', claim: 'sub', stack: '9' }] }
    const result = await run(() => attempts, { strictClaims: true })
    assert.equal(result.ending, 'claim-reserved')
    assert.equal(result.failure?.code, 'claim_reserved')
    assert.equal(result.failure?.at?.line, 9)
    assert.equal(result.tokens.idToken?.after, undefined)
  })

  test('believes no report of the guest on other tokens or claims, and keeps a bounded number', async () => {
    const forged = [
      { token: 'm2mToken', claim: 'sub', stack: '' },
      { token: '__proto__', claim: 'sub', stack: '' },
      { token: 'idToken', claim: 'tier', stack: '' },
    ]
    assert.deepEqual((await run(() => ({ reservedAttempts: forged }))).refused, [])
    const flood = Array.from({ length: 100_000 }, () => ({ token: 'idToken', claim: 'sub', stack: '1' }))
    assert.equal((await run(() => ({ reservedAttempts: flood }))).refused.length, 1)
  })

  test('issues nothing when the workflow denied, also when it had set claims', async () => {
    const result = await run(() => ({ outcome: { kind: 'denied', reason: 'unpaid' } }))
    assert.deepEqual(result.decision, { kind: 'deny', reason: 'unpaid' })
    assert.equal(result.tokens.accessToken?.after, undefined)
    assert.equal(result.failure, undefined)
  })
})
