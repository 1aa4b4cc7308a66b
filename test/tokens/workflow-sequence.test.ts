// Several workflows of one trigger (docs/decisions/0073): each sees what the one before it left, a denial or a failure under `stop` ends
// the sequence, a failure under `continue` drops that workflow's changes only, and limits are shared.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { invocations } from '../harness/invocations.ts'
import { startIssuer } from '../harness/issuer.ts'
import { refreshTokenOf, relyingParty, signIn } from '../harness/relying-party.ts'
import { refreshTokens } from '../harness/signed-in-tokens.ts'

const crm = await startHttpServer({ after }, () => ({ json: { plan: 'gold' } }))
const issuer = await startIssuer(
  { after },
  {
    directory: await directoryFixture(),
    allow: [crm.host],
    limits: { calls: 3, logBytes: 2_000, claimsBytes: 2_000 },
  },
)
const rp = await relyingParty(issuer)

function workflow(id: string, order: number, body: string, more = '', tokenSettings = '{}'): string {
  return `
    export const workflowSettings = {
      id: '${id}', trigger: 'user:tokens_generation', order: ${order}, ${more}
      bindings: { 'kinde.accessToken': ${tokenSettings}, 'kinde.idToken': {}, 'kinde.auth': {}, 'kinde.fetch': {}, console: {} },
    }
    const access = () => kinde.accessToken.getCustomClaims()
    const set = (name, value) => kinde.accessToken.setCustomClaim(name, value)
    const call = () => kinde.fetch('${crm.origin}/plan', { method: 'GET', responseFormat: 'json' })
    export default async function (event) { ${body} }`
}

const goesOn = `failurePolicy: { action: 'continue' },`

/** A sign-in with no workflow, then a refresh with these: its answer and what was recorded. */
async function refreshWith(sources: readonly string[]) {
  await issuer.deploy(undefined)
  const { tokens, accessToken: defaults } = await signIn(issuer, rp)
  const seen = (await invocations(issuer)).length
  await issuer.deployAll(sources)
  const answer = await refreshTokens(issuer.url, refreshTokenOf(tokens))
  const all = await invocations(issuer, seen)
  assert.equal(all.length, 1, 'one invocation for a firing')
  const [{ record, document }] = all as [(typeof all)[number]]
  const token = answer.body.access_token
  return {
    answer,
    claims: token === undefined ? undefined : decodeJwt(token),
    defaults,
    record,
    document,
    steps: (document.steps ?? []).map(
      ({ workflow: id, skipped, outcome, decision }) => skipped ?? `${id} ${outcome ?? ''} ${decision ?? ''}`,
    ),
  }
}

describe('a sequence of workflows', () => {
  test('runs by order, and each sees the claims that the one before it left', async () => {
    const { claims, document, steps, record } = await refreshWith([
      workflow('second', 20, `set('seen', access().plan); set('plan', access().plan + '+')`),
      workflow('first', 10, `const { json } = await call(); set('plan', json.plan); console.log('one')`),
    ])
    assert.deepEqual([claims?.['plan'], claims?.['seen']], ['gold+', 'gold'])
    assert.deepEqual(steps, ['first completed issue', 'second completed issue'])
    assert.deepEqual(
      [document.outcome, document.decision, record.workflowId],
      ['completed', 'issue', 'first'],
    )
    assert.deepEqual(
      document.steps?.map(({ accessToken }) => accessToken),
      [
        { added: ['plan'], changed: [], removed: [] },
        { added: ['seen'], changed: ['plan'], removed: [] },
      ],
    )
    assert.deepEqual(document.calls.length, 1)
    assert.equal(document.log[0]?.text, 'one')
    for (const workflowId of ['first', 'second']) {
      // oxlint-disable-next-line no-await-in-loop -- two reads
      const [found] = await issuer.store.invocations.list({ workflowId, limit: 1 })
      assert.equal(found?.id, record.id, `the invocation is found by ${workflowId}`)
    }
  })

  test('runs for a sign-in, too', async () => {
    await issuer.deployAll([
      workflow('first', 1, `set('plan', 'gold')`),
      workflow('second', 2, `kinde.idToken.setCustomClaim('plan', access().plan)`),
    ])
    const { accessToken, idToken } = await signIn(issuer, rp)
    assert.deepEqual([accessToken['plan'], idToken['plan']], ['gold', 'gold'])
  })

  test('reports a claim that two workflows change', async () => {
    const { document, claims } = await refreshWith([
      workflow('first', 1, `set('plan', 'gold'); set('only_first', 1)`),
      workflow('second', 2, `set('plan', 'silver'); set('only_second', 1)`),
    ])
    assert.equal(claims?.['plan'], 'silver')
    assert.deepEqual(document.clashes, [
      { token: 'accessToken', claim: 'plan', workflows: ['first', 'second'] },
    ])
    assert.match(
      document.log[0]?.text ?? '',
      /accessToken\.plan was changed by more than one workflow: first, then second/,
    )
  })

  test('keeps reserved claims from every workflow', async () => {
    const { claims, defaults, document } = await refreshWith([
      workflow('first', 1, `set('sub', 'kp_other'); set('plan', 'gold')`),
      workflow('second', 2, `set('azp', 'other'); set('sub', 'kp_other')`),
    ])
    assert.deepEqual([claims?.['sub'], claims?.['azp']], [defaults['sub'], defaults['azp']])
    assert.deepEqual(
      document.refused.map(({ claim }) => claim),
      ['sub', 'azp'],
    )
  })

  test('lets a later workflow start anew with resetClaims', async () => {
    const { claims } = await refreshWith([
      workflow('first', 1, `set('plan', 'gold'); kinde.idToken.setCustomClaim('plan', 'gold')`),
      workflow('second', 2, `set('seen', access().plan ?? 'nothing')`, '', '{ resetClaims: true }'),
    ])
    assert.deepEqual([claims?.['plan'], claims?.['seen']], [undefined, 'nothing'])
  })

  test('ends with a denial: nothing is issued and the rest does not run', async () => {
    const { answer, document, steps, record } = await refreshWith([
      workflow('first', 1, `set('plan', 'gold')`),
      workflow('gate', 2, `kinde.auth.denyAccess('trial ended')`, goesOn),
      workflow('last', 3, `await call()`),
    ])
    assert.deepEqual([answer.status, answer.body.error], [400, 'access_denied'])
    assert.deepEqual(steps, ['first completed issue', 'gate denied deny', 'after-denial'])
    assert.deepEqual([document.outcome, document.decision, record.workflowId], ['denied', 'deny', 'gate'])
    assert.deepEqual(document.calls, [])
  })

  test('ends with a failure under `stop`: nothing is issued and the rest does not run', async () => {
    const { answer, document, steps, record } = await refreshWith([
      workflow('first', 1, `set('plan', 'gold')`),
      workflow('second', 2, `throw new Error('no plan')`),
      workflow('last', 3, `await call()`),
    ])
    assert.deepEqual([answer.status, answer.body.error], [500, 'server_error'])
    assert.deepEqual(steps, ['first completed issue', 'second threw refuse', 'after-failure'])
    assert.deepEqual(
      [document.decision, document.error?.code, record.workflowId],
      ['refuse', 'workflow_threw', 'second'],
    )
    assert.deepEqual(document.calls, [])
  })

  test('drops the changes of a workflow that fails under `continue`, and only those', async () => {
    const { answer, claims, document, steps, record } = await refreshWith([
      workflow('first', 1, `set('plan', 'gold')`),
      workflow('second', 2, `set('plan', 'half'); set('half', true); throw new Error('no')`, goesOn),
      workflow('third', 3, `set('seen', access().plan)`),
    ])
    assert.equal(answer.status, 200)
    assert.deepEqual([claims?.['plan'], claims?.['half'], claims?.['seen']], ['gold', undefined, 'gold'])
    assert.deepEqual(steps, ['first completed issue', 'second threw issue-defaults', 'third completed issue'])
    assert.deepEqual(
      [document.outcome, document.decision, record.workflowId],
      ['threw', 'issue-partial', 'second'],
    )
    assert.equal(document.clashes, undefined)
  })

  test('issues the defaults when every workflow fails under `continue`', async () => {
    const failing = `set('plan', 'half'); throw new Error('no')`
    const { claims, defaults, document } = await refreshWith([
      workflow('first', 1, failing, goesOn),
      workflow('second', 2, failing, goesOn),
    ])
    assert.equal(document.decision, 'issue-defaults')
    assert.deepEqual(Object.keys(claims ?? {}).toSorted(), Object.keys(defaults).toSorted())
  })

  test('denies although a workflow before failed under `continue`', async () => {
    const { answer, document } = await refreshWith([
      workflow('first', 1, `throw new Error('no')`, goesOn),
      workflow('gate', 2, `kinde.auth.denyAccess('no')`),
    ])
    assert.deepEqual(
      [answer.body.error, document.decision, document.error],
      ['access_denied', 'deny', undefined],
    )
  })
})

describe('the limits of a sequence', () => {
  const shared: Readonly<Record<string, readonly [body: string, outcome: string]>> = {
    calls: [`await call(); await call()`, 'calls-exceeded'],
    'log bytes': [`console.log('x'.repeat(1_200))`, 'log-exceeded'],
    'claim bytes': [
      `set(event.context.user.id + access().plan, 'x'.repeat(1_200)); set('plan', 1)`,
      'claims-too-large',
    ],
  }
  for (const [what, [body, outcome]] of Object.entries(shared)) {
    test(`share ${what}: what suffices for one does not for two`, async () => {
      const alone = await refreshWith([workflow('first', 1, body)])
      assert.deepEqual(alone.steps, ['first completed issue'])
      const both = await refreshWith([workflow('first', 1, body), workflow('second', 2, body)])
      assert.deepEqual(both.steps, ['first completed issue', `second ${outcome} refuse`])
    })
  }

  test('are reported, when they end a workflow, with what the workflows before it used, and what to do', async () => {
    const { document } = await refreshWith([
      workflow('first', 1, `await call(); await call()`),
      workflow('second', 2, `await call(); await call()`),
    ])
    assert.equal(
      document.error?.message,
      'The workflow made more than 3 outgoing calls. The workflows before it used 2 of that.',
    )
    assert.match(
      document.error?.hint ?? '',
      /See what the workflows before it do.*a smaller order runs first/,
    )
  })

  test('share running time: a workflow that loops under `continue` leaves the next one none to compute in', async () => {
    const { steps, document } = await refreshWith([
      workflow('loops', 1, `for (;;);`, goesOn),
      workflow('computes', 2, `for (;;);`),
    ])
    assert.deepEqual(steps, [
      'loops running-time-exceeded issue-defaults',
      'computes running-time-exceeded refuse',
    ])
    assert.match(
      document.error?.message ?? '',
      /longer than 1000 ms, waiting excluded\. The workflows before it used 999 ms of that/,
    )
  })
})
