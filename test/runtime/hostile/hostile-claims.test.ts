// What hostile workflows end with, all the way to the decision: whatever the guest says of its claims, the trusted side
// parses it once, refuses reserved names, and signs what it has checked (SBX-28 to SBX-39).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { randomUUID } from 'node:crypto'
import {
  applyWorkflowClaims,
  reservedClaims,
  sampleClaims,
  parseTokenEvent,
  runTokenTrigger,
  type TokenTriggerRun,
} from '../../../src/tokens/index.ts'
import type { FailurePolicy } from '../../../src/triggers/index.ts'
import { HostileHost, limits } from './hostile-host.ts'

const event = parseTokenEvent(
  {
    request: { ip: '192.0.2.10' },
    context: {
      domains: { kindeDomain: 'https://example.kinde.com' },
      auth: { origin: 'authorization_request', isExistingSession: false },
      application: { clientId: 'client' },
      user: { id: 'kp_ada' },
      organization: { code: 'org_engines' },
      workflow: { trigger: 'user:tokens_generation' },
    },
  },
  'user:tokens_generation',
  'event',
)
const defaults = sampleClaims(event)

let host: HostileHost

before(async () => {
  host = await HostileHost.open()
})

after(async () => {
  await host.assertUnharmed()
  await host.close()
})

async function run(
  body: string,
  failurePolicy: FailurePolicy = 'stop',
  strictClaims = false,
): Promise<TokenTriggerRun> {
  const prepared = await host.prepare(`exports.default = async function (event) { ${body} }`)
  const deployment = {
    id: 'tokens',
    file: 'tokensWorkflow.ts',
    bindings: {},
    prepared,
    failurePolicy,
    locate: () => undefined,
    calledAt: () => undefined,
    inPackage: () => undefined,
    mapPlaces: (text: string) => text,
    sourceLine: () => undefined,
  }
  const request = { invocationId: randomUUID(), event, before: defaults, strictClaims }
  return runTokenTrigger(
    { ...request, workflows: [deployment], environment: {}, localization: {}, limits },
    host.sandbox,
  )
}

const everyWayToSet = `
  for (const token of ['accessToken', 'idToken']) {
    const claims = kinde[token].getCustomClaims()
    for (const name of names) {
      kinde[token].setCustomClaim(name, 'forged')
      claims[name] = 'forged'
      Object.assign(claims, { [name]: 'forged' })
      Reflect.set(claims, name, 'forged')
      Object.defineProperty(claims, name, { value: 'forged', enumerable: true, configurable: true, writable: true })
    }
  }`

test('no reserved claim is changed by assignment, Object.assign, Reflect or defineProperty (SBX-35)', async () => {
  const names = JSON.stringify([...new Set(Object.values(reservedClaims).flat())])
  const { decision, tokens, refused } = await run(`const names = ${names}; ${everyWayToSet}`)
  assert.equal(decision.kind, 'issue')
  for (const token of ['accessToken', 'idToken'] as const) {
    const issued = tokens[token]?.after ?? {}
    for (const name of reservedClaims[token]) {
      assert.deepEqual(own(issued, name), own(defaults[token] ?? {}, name), `${token}.${name}`)
      assert.ok(
        refused.some((one) => one.token === token && one.claim === name),
        `${token}.${name} is told of`,
      )
    }
  }
  assert.equal(Reflect.get({}, 'forged'), undefined)
})

test('the claims object may lose its prototype and is still refused reserved names (SBX-35)', async () => {
  const { tokens, refused } = await run(`
    const claims = Object.setPrototypeOf(kinde.accessToken.getCustomClaims(), null)
    claims.sub = 'somebody else'
    claims.iss = 'https://evil.example'`)
  assert.equal(tokens.accessToken?.after?.['sub'], 'kp_ada')
  assert.equal(tokens.accessToken?.after?.['iss'], 'https://example.kinde.com')
  assert.deepEqual(refused.map(({ claim }) => claim).toSorted(), ['iss', 'sub'])
})

test('a look-alike of a reserved claim is issued and reported (SBX-35)', async () => {
  const { tokens, log } = await run(`kinde.accessToken.setCustomClaim('\\u0455ub', 'look-alike')`)
  assert.equal(tokens.accessToken?.after?.['ѕub'], 'look-alike')
  assert.match(log.map(({ text }) => text).join('\n'), /looks like sub/)
})

test('strict claims make an attempt a failure (SBX-35)', async () => {
  const { ending, decision } = await run(`kinde.accessToken.getCustomClaims().sub = 'x'`, 'stop', true)
  assert.equal(ending, 'claim-reserved')
  assert.equal(decision.kind, 'refuse')
})

test('names that pollute a careless consumer are refused, and the host is not polluted (SBX-28)', async () => {
  const { tokens, refused } = await run(`
    const claims = kinde.accessToken.getCustomClaims()
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty']) {
      Object.defineProperty(claims, name, { value: { polluted: 1 }, enumerable: true })
    }`)
  assert.deepEqual(refused.map(({ claim }) => claim).toSorted(), [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'prototype',
  ])
  const issued = tokens.accessToken?.after ?? {}
  assert.equal(Object.getPrototypeOf(issued), Object.prototype)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('a __proto__ member deep inside a claim fails the run (SBX-28)', async () => {
  const { ending, decision } = await run(
    `kinde.accessToken.setCustomClaim('nested', { list: [JSON.parse('{"__proto__":{"polluted":1}}')] })`,
  )
  assert.equal(ending, 'claims-invalid')
  assert.equal(decision.kind, 'refuse')
})

test('strings that have no UTF-8 are repaired: no half of a surrogate pair is in a token (SBX-33)', async () => {
  for (const body of [`'text', '\\ud800'`, `'\\udfff', 1`, `'list', [{ deep: 'a\\udc00' }]`]) {
    const { ending, decision } = await run(`kinde.accessToken.setCustomClaim(${body})`)
    assert.equal(ending, 'completed', body)
    assert.equal(decision.kind, 'issue', body)
    if (decision.kind !== 'issue') return
    const json = JSON.stringify(decision.result.after)
    assert.ok(json.includes('\ufffd'), json)
    assert.doesNotMatch(json, /\\ud[89a-f]/i)
  }
})

test('what is checked is what is signed, although the workflow tells every reader something else (SBX-29)', async () => {
  const { tokens } = await run(`
    let read = 0
    const claims = kinde.accessToken.getCustomClaims()
    Object.defineProperty(claims, 'tier', { enumerable: true, get: () => ++read === 1 ? 'gold' : { a: 1n } })
    claims.plan = { toJSON: () => read++ > 5 ? 1n : 'plan ' + typeof read }
    JSON.stringify = () => '{"accessToken":{"sub":"forged"},"idToken":{"sub":"forged"}}'`)
  assert.equal(tokens.accessToken?.after?.['tier'], 'gold')
  assert.equal(tokens.accessToken?.after?.['plan'], 'plan number')
  assert.equal(tokens.accessToken?.after?.['sub'], 'kp_ada')
})

test('a denial holds under "continue", whatever the workflow does after it (SBX-36)', async (t) => {
  const after = {
    'an endless loop': 'for (;;);',
    'an exception': 'throw new Error("x")',
    'all memory': 'const kept = []; for (;;) kept.push(new Array(10_000).fill(0))',
    'an operation that the engine cannot interrupt':
      'const list = []; list.length = 2 ** 32 - 1; list.sort()',
    'a trap of the engine': 'let v = {}; for (let i = 0; i < 1e5; i++) v = { v }; structuredClone(v)',
    'a bad claim': 'kinde.accessToken.setCustomClaim("bad", 1n)',
    'a claim that is too large': 'kinde.accessToken.setCustomClaim("big", "x".repeat(100_000))',
    'a log flood': 'for (;;) console.log("x".repeat(1000))',
  }
  for (const [what, code] of Object.entries(after)) {
    await t.test(`after ${what}`, async () => {
      const { decision } = await run(`kinde.auth.denyAccess('no'); ${code}`, 'continue')
      assert.deepEqual(decision, { kind: 'deny', reason: 'no' })
    })
  }
  // The operation that cannot be interrupted takes its thread with it.
  await host.assertUnharmed(1)
})

test('under "continue" none of a failed run\'s changes are issued', async () => {
  const { decision, tokens } = await run(
    `Object.assign(kinde.accessToken.getCustomClaims(), { tier: 'gold' }); for (;;);`,
    'continue',
  )
  assert.equal(decision.kind, 'issue-defaults')
  assert.deepEqual(tokens.accessToken?.after, defaults.accessToken)
})

test('a forged text from a sandbox that was taken over is refused by the trusted side (SBX-38)', () => {
  const forged = [
    '',
    'null',
    '[]',
    '{"accessToken":1,"idToken":{}}',
    '{"accessToken":{}}',
    '{"accessToken":{},"idToken":{},"m2mToken":{}}',
    '{"accessToken":{},"idToken":{}}}',
    '{"accessToken":{},"idToken":null}',
    '{"__proto__":{},"accessToken":{},"idToken":{}}',
    `{"accessToken":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}},"idToken":{}}`,
    `{"accessToken":{"a":"${'x'.repeat(200_000)}"},"idToken":{}}`,
    `{"accessToken":{"a":[${'0,'.repeat(20_000)}0]},"idToken":{}}`,
  ]
  for (const claimsJson of forged) {
    const before = process.threadCpuUsage()
    const applied = applyWorkflowClaims({
      before: defaults,
      claimsJson,
      attempts: [],
      limits,
      strictClaims: false,
    })
    assert.ok(
      applied.kind === 'invalid' || applied.kind === 'too-large',
      `${claimsJson.slice(0, 60)}: ${applied.kind}`,
    )
    assert.ok(process.threadCpuUsage(before).user < 200_000, 'refused in time (SBX-32)')
  }
})

test('duplicate names by escapes count once, the last one (SBX-33)', () => {
  const claimsJson = '{"accessToken":{"tier":"a","\\u0074ier":"b","sub":"x","\\u0073ub":"y"},"idToken":{}}'
  const applied = applyWorkflowClaims({
    before: defaults,
    claimsJson,
    attempts: [],
    limits,
    strictClaims: false,
  })
  assert.equal(applied.kind, 'applied')
  if (applied.kind !== 'applied') return
  assert.equal(applied.after.accessToken?.['tier'], 'b')
  assert.equal(applied.after.accessToken?.['sub'], 'kp_ada')
  assert.deepEqual(applied.refused, [{ token: 'accessToken', claim: 'sub' }])
})

function own(owner: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(owner, name)?.value
}
