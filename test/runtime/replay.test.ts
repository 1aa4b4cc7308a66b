// A recording is complete: replayed, a run gives the same bytes and calls nobody. What does not fit it is said, not guessed.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { recordingSchema, type InvocationResult, type Recording } from '../../src/runtime/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { m2mEnvironment, startManagementApi } from '../harness/management-api.ts'
import { openTestSandbox, workflow, type RunGiven } from '../harness/sandbox.ts'

const lifetime = { after }
let answered = 0
const server = await startHttpServer(lifetime, async ({ url }) => {
  const delay = Number(url.searchParams.get('ms') ?? 0)
  await new Promise((resolve) => setTimeout(resolve, delay))
  if (url.pathname === '/never') return new Promise(() => {})
  return { json: { answer: ++answered, random: Math.random() } }
})
const api = await startManagementApi(lifetime)
const runs = await openTestSandbox(lifetime, { hostCalls: { allow: [server.host, api.host] } })
const url = server.origin

/** What a replay must give again; how long it took is no part of it. */
function shown({ outcome, log, reservedAttempts, calls, recording }: InvocationResult): object {
  return { outcome, log, reservedAttempts, calls, recording }
}

/** As it comes out of a file. */
function reread(recording: Recording): Recording {
  return recordingSchema.parse(JSON.parse(JSON.stringify(recording)))
}

const requests = () => server.requests.length + api.requests.length

const workflows: Record<string, { body: string; kind: string; top?: string; limits?: RunGiven['limits'] }> = {
  'fetches in parallel, in the order in which their answers came': {
    body: `
      const seen = []
      await Promise.all([30, 1, 15].map(async (ms, index) => {
        const { json } = await kinde.fetch('${url}/?ms=' + ms)
        seen.push([index, json.answer, json.random, Date.now()])
      }))
      claims.seen = seen`,
    kind: 'completed',
  },
  'timers and fetches that race': {
    body: `
      const seen = []
      setInterval(() => seen.push(Date.now()), 3)
      setTimeout(() => seen.push('once'), 5)
      await kinde.fetch('${url}/?ms=20'); await new Promise((resolve) => setTimeout(resolve, 10))
      claims.seen = seen`,
    kind: 'completed',
  },
  'randomness and clock': {
    body: `
      claims.seen = [Math.random(), Date.now(), new Date().toISOString(), crypto.randomUUID(),
        [...crypto.getRandomValues(new Uint8Array(40))], taken]
      await new Promise((resolve) => setTimeout(resolve, 3)); claims.later = [Math.random(), Date.now()]; console.log(claims)`,
    kind: 'completed',
    top: 'const taken = [Math.random(), Date.now()]',
  },
  'a fetch without await': {
    body: `console.log('once'); const first = kinde.fetch('${url}/').json; claims.seen = [first, kinde.fetch('${url}/').json]`,
    kind: 'completed',
  },
  'a blocking fetch between awaited ones and timers': {
    body: `
      const slow = kinde.fetch('${url}/?ms=20'); const timed = new Promise((resolve) => setTimeout(() => resolve(Date.now()), 2))
      claims.seen = [kinde.fetch('${url}/').json, (await kinde.fetch('${url}/')).json, (await slow).json, await timed]`,
    kind: 'completed',
  },
  'calls that nobody awaited': {
    body: `kinde.fetch('${url}/never'); await kinde.fetch('${url}/'); kinde.fetch('${url}/'); claims.seen = Date.now()`,
    kind: 'completed',
  },
  'a call that failed': {
    body: `claims.seen = await kinde.fetch('http://127.0.0.1:1/').catch(({ code, message }) => ({ code, message }))`,
    kind: 'completed',
  },
  'a denial after a reserved claim': {
    body: `claims.sub = 'mallory'; await kinde.fetch('${url}/'); kinde.auth.denyAccess('no ' + Math.random())`,
    kind: 'denied',
  },
  'a throw': {
    body: `console.error('oh'); const { json } = await kinde.fetch('${url}/'); throw new TypeError('on purpose ' + json.random)`,
    kind: 'threw',
  },
  'a running time exceeded': {
    body: `const { json } = await kinde.fetch('${url}/'); console.log(json); for (;;);`,
    kind: 'running-time-exceeded',
    limits: { runningTimeMs: 100 },
  },
  'a wall clock exceeded with a call pending': {
    body: `console.log((await kinde.fetch('${url}/')).json); await kinde.fetch('${url}/never')`,
    kind: 'wall-clock-exceeded',
    limits: { wallClockMs: 1_000 },
  },
  'too many calls': {
    body: `for (let n = 0; ; n++) { console.log(n); await kinde.fetch('${url}/') }`,
    kind: 'calls-exceeded',
    limits: { calls: 2 },
  },
}

describe('a replay gives the same claims, log, outcome and recording, and makes no outgoing call:', () => {
  for (const [name, { body, kind, top, limits }] of Object.entries(workflows)) {
    test(name, async () => {
      const deployment = await runs.deploy(
        workflow(`const claims = kinde.accessToken.getCustomClaims()\n${body}`, top),
      )
      const given = limits === undefined ? {} : { limits }
      const first = await runs.invoke(deployment, given)
      assert.equal(first.outcome.kind, kind, JSON.stringify(first.outcome))
      // The other side hears of the calls that were cut off at the end only when their sockets close.
      await settledRequests()
      const before = requests()
      const second = await runs.invoke(deployment, { ...given, replay: reread(first.recording) })
      assert.deepEqual(shown(second), shown(first))
      const third = await runs.invoke(deployment, { ...given, replay: reread(second.recording) })
      assert.deepEqual(shown(third), shown(first))
      assert.equal(requests(), before)
    })
  }

  test('createKindeAPI with its cached token', async () => {
    const deployment = await runs.deploy(`
      import { createKindeAPI } from '@kinde/infrastructure'
      export default async function (event) {
        const api = await createKindeAPI(event)
        kinde.accessToken.setCustomClaim('user', (await api.get({ endpoint: 'user?id=kp_ada' })).data)
      }`)
    const given = {
      event: { context: { domains: { kindeDomain: api.origin } } },
      environment: m2mEnvironment,
    }
    for (const from of ['fetched', 'cached']) {
      const first = await runs.invoke(deployment, given)
      assert.equal(first.outcome.kind, 'completed', from)
      const before = requests()
      assert.deepEqual(
        shown(await runs.invoke(deployment, { ...given, replay: reread(first.recording) })),
        shown(first),
      )
      assert.equal(requests(), before)
    }
  })
})

describe('a recording that does not fit ends as replay-diverged, and makes no outgoing call:', () => {
  type Change = (recording: Recording) => Recording
  const changes: Record<string, Change> = {
    'another request': (recording) => ({
      ...recording,
      answers: recording.answers.map((answer) => ({ ...answer, requestHash: '0'.repeat(64) })),
    }),
    'an answer missing': (recording) => ({ ...recording, answers: recording.answers.slice(1) }),
    'a delivery of a call that was never made': (recording) => ({
      ...recording,
      deliveries: [{ kind: 'answer', id: 7, atMs: 1 }, ...recording.deliveries],
    }),
    'a delivery of a timer that was never set': (recording) => ({
      ...recording,
      deliveries: [{ kind: 'timer', id: 7, atMs: 1 }, ...recording.deliveries],
    }),
  }
  for (const touched of ['await ', '']) {
    for (const [name, change] of Object.entries(changes)) {
      test(`${name}, ${touched === '' ? 'blocking' : 'awaited'}`, async () => {
        const deployment = await runs.deploy(
          workflow(
            `const { json } = ${touched}kinde.fetch('${url}/'); kinde.accessToken.setCustomClaim('json', json)`,
          ),
        )
        const { recording } = await runs.invoke(deployment)
        const before = requests()
        const { outcome } = await runs.invoke(deployment, { replay: change(reread(recording)) })
        assert.equal(outcome.kind, 'replay-diverged', JSON.stringify(outcome))
        assert.equal(requests(), before)
      })
    }
  }

  test('another workflow', async () => {
    const { recording } = await runs.run(`await kinde.fetch('${url}/')`)
    const { outcome } = await runs.run(`await kinde.fetch('${url}/elsewhere')`, { replay: reread(recording) })
    assert.deepEqual(outcome, { kind: 'replay-diverged', message: 'outgoing call 0 is not the recorded one' })
  })
})

test('what is handed out as a recording does not change afterwards', async () => {
  const result = await runs.run(`kinde.fetch('${url}/never')`)
  const copy = structuredClone(result)
  await settledRequests()
  assert.deepEqual(result, copy)
  assert.deepEqual(
    result.calls.map(({ url: called, error }) => [called, error?.message]),
    [[`${url}/never`, `GET ${url}/never: the run ended before the answer came`]],
    'a call that the run did not wait for is shown',
  )
})

/** A request of our own has been answered: what was sent before it has arrived. */
async function settledRequests(): Promise<void> {
  await fetch(url)
}
