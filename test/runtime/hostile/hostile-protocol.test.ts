// The messages between the pool and its threads when one side has been taken over: what does not parse is not obeyed, and
// what is late, replayed or meant for another run reaches nobody (SBX-38, SBX-52, SBX-53). The thread here is a real one
// that the test talks to in the pool's place.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { endedOf } from '../../../src/runtime/message-text.ts'
import { signalSlots } from '../../../src/runtime/signal.ts'
import { loadEngineBinaries } from '../../../src/runtime/engine-binaries.ts'
import { sandboxScript } from '../../../src/runtime/sandbox-scripts.ts'
import { defaultLimits } from '../../../src/runtime/limits.ts'
import {
  toPoolSchema,
  type MessageToPool,
  type RunOrder,
  type ToPool,
  type ToWorker,
} from '../../../src/runtime/protocol.ts'

const ended = {
  kind: 'ended',
  run: 0,
  outcome: { kind: 'completed', claimsJson: '{}' },
  log: [],
  reservedAttempts: [],
  deliveries: [],
  runningMs: 1,
}
const call = { kind: 'call', run: 0, call: 0, callKind: 'fetch', request: '{}' }

const forged: Readonly<Record<string, unknown>> = {
  'no object': 'ended',
  nothing: null,
  'an unknown kind': { ...ended, kind: 'mint' },
  'a field more than there is': { ...ended, decision: 'issue' },
  'a run by name': { ...ended, run: '0' },
  'a negative run': { ...ended, run: -1 },
  'a run that is not an integer': { ...ended, run: 0.5 },
  'an outcome that does not exist': { ...ended, outcome: { kind: 'issued', claimsJson: '{}' } },
  'claims as an object': { ...ended, outcome: { kind: 'completed', claimsJson: {} } },
  'an outcome with something more': { ...ended, outcome: { kind: 'denied', reason: 'x', claimsJson: '{}' } },
  'a log level that does not exist': { ...ended, log: [{ level: 'fatal', text: 'x' }] },
  'a call without a number': { ...call, call: undefined },
  'a call whose request is not a string': { ...call, request: { url: 'http://127.0.0.1' } },
  'an image without shared bytes': {
    kind: 'prepared',
    request: 0,
    image: { id: 'x', bytes: new Uint8Array(1) },
  },
}

for (const [what, message] of Object.entries(forged)) {
  test(`the pool does not read ${what} from a thread (SBX-53)`, () => {
    assert.equal(toPoolSchema.safeParse(message).success, false)
  })
}

class Conversation {
  readonly worker: Worker
  readonly #signal = new Int32Array(
    new SharedArrayBuffer(Object.keys(signalSlots).length * Int32Array.BYTES_PER_ELEMENT),
  )
  readonly #heard: ToPool[] = []
  readonly #waiting: ((message: ToPool) => void)[] = []

  constructor(parts: unknown, prelude: string) {
    const limits = { memoryBytes: defaultLimits.memoryBytes, runningTimeMs: 500, prioritizeEventLoop: false }
    const workerData = { parts, prelude, streams: '', ...limits, signal: this.#signal.buffer }
    this.worker = new Worker(new URL('../../../src/runtime/worker/main.ts', import.meta.url), {
      workerData,
      env: {},
      argv: [],
      execArgv: [],
    })
    this.worker.on('message', (message: unknown) => {
      const parsed = toPoolSchema.parse(typeof message === 'string' ? endedOf(message) : message)
      const next = this.#waiting.shift()
      if (next === undefined) this.#heard.push(parsed)
      else next(parsed)
    })
  }

  say(message: ToWorker): void {
    this.sayAnything(message)
  }

  sayAnything(message: unknown): void {
    this.worker.postMessage(message)
    Atomics.add(this.#signal, signalSlots.messages, 1)
    Atomics.notify(this.#signal, signalSlots.messages)
  }

  async hear<Kind extends ToPool['kind']>(kind: Kind): Promise<MessageToPool<Kind>> {
    const message =
      this.#heard.shift() ?? (await new Promise<ToPool>((resolve) => this.#waiting.push(resolve)))
    assert.ok(isKind(message, kind), `heard ${JSON.stringify(message).slice(0, 300)} instead of ${kind}`)
    return message
  }

  /** Everything that has been said and not heard. */
  get unheard(): readonly ToPool[] {
    return this.#heard
  }
}

let parts: unknown
let prelude: string
const conversations: Conversation[] = []

before(async () => {
  parts = await loadEngineBinaries(defaultLimits.memoryBytes)
  prelude = await sandboxScript('prelude')
})

after(async () => {
  await Promise.all(conversations.map(({ worker }) => worker.terminate()))
})

const twoCalls = `exports.default = async function () {
  const first = await kinde.fetch('https://a.example/')
  const second = await kinde.fetch('https://b.example/')
  kinde.accessToken.setCustomClaim('answers', [first.text, second.text])
}`

async function preparedThread(): Promise<Conversation> {
  const thread = new Conversation(parts, prelude)
  conversations.push(thread)
  await thread.hear('ready')
  const bindings = ['console', 'kinde.fetch', 'kinde.accessToken']
  const source = { code: twoCalls, bindings, reservedClaims: {}, secureFetchEncoding: 'base64url' } as const
  thread.say({ kind: 'prepare', request: 0, id: 'deployment', source })
  const { image } = await thread.hear('prepared')
  thread.say({ kind: 'image', image })
  return thread
}

function runOrder(run: number): RunOrder {
  const input = {
    event: {},
    claims: { accessToken: {} },
    claimsDepth: 8,
    claimsBytes: 1_000,
    resultBytes: 10_000,
  }
  return {
    kind: 'run',
    run,
    image: 'deployment',
    input: JSON.stringify(input),
    environment: {},
    localization: {},
    limits: defaultLimits,
    startedAtMs: 0,
    elapsedMs: 0,
    seed: '00'.repeat(32),
    mayBlock: false,
    isWatched: false,
    deliveries: [],
  }
}

function envelope(text: string): string {
  return JSON.stringify({ ok: true, value: { status: 200, headers: [], body: text, url: 'u' } })
}

test('an answer reaches the run and the call that it is for, once, and is dropped after the end (SBX-52, SBX-53)', async () => {
  const thread = await preparedThread()
  thread.say(runOrder(1))
  thread.say(runOrder(2))
  assert.equal((await thread.hear('call')).run, 1)
  assert.equal((await thread.hear('call')).run, 2)
  const noise: ToWorker[] = [
    { kind: 'answer', run: 1, call: 1, envelope: envelope('a call that was not made') },
    { kind: 'answer', run: 1, call: 7, envelope: envelope('a call that was not made') },
    { kind: 'answer', run: 9, call: 0, envelope: envelope('no such run') },
    { kind: 'cancel', run: 9 },
  ]
  for (const message of noise) thread.say(message)
  thread.say({ kind: 'answer', run: 1, call: 0, envelope: envelope('one') })
  assert.deepEqual(pick(await thread.hear('call')), { run: 1, call: 1 })
  thread.say({ kind: 'answer', run: 1, call: 0, envelope: envelope('replayed') })
  for (const message of noise.slice(1)) thread.say(message)
  thread.say({ kind: 'answer', run: 1, call: 1, envelope: envelope('two') })
  const { run, outcome } = await thread.hear('ended')
  assert.equal(run, 1)
  assert.deepEqual(outcome, { kind: 'completed', claimsJson: '{"accessToken":{"answers":["one","two"]}}' })
  thread.say({ kind: 'answer', run: 1, call: 1, envelope: envelope('after the end') })
  thread.say({ kind: 'cancel', run: 1 })
  thread.say({ kind: 'answer', run: 2, call: 0, envelope: envelope('three') })
  assert.deepEqual(pick(await thread.hear('call')), { run: 2, call: 1 })
  thread.say({ kind: 'answer', run: 2, call: 1, envelope: envelope('four') })
  const second = await thread.hear('ended')
  assert.deepEqual(second.outcome, {
    kind: 'completed',
    claimsJson: '{"accessToken":{"answers":["three","four"]}}',
  })
  assert.deepEqual(thread.unheard, [])
})

test(
  'a hundred thousand messages for runs that are over change nothing (SBX-53)',
  { timeout: 300_000 },
  async () => {
    const thread = await preparedThread()
    for (let index = 0; index < 100_000; index++)
      thread.say({ kind: 'answer', run: 5, call: index % 30, envelope: '{}' })
    thread.say(runOrder(6))
    assert.equal((await thread.hear('call')).run, 6)
    thread.say({ kind: 'cancel', run: 6 })
    assert.deepEqual((await thread.hear('ended')).outcome, { kind: 'busy' })
  },
)

const unreadable: Readonly<Record<string, unknown>> = {
  'an unknown kind': { kind: 'sign', claims: {} },
  'a run of an image that it was not sent': { ...runOrder(3), image: 'somebody else’s' },
}

for (const [what, message] of Object.entries(unreadable)) {
  test(`a thread that is sent ${what} ends and runs nothing (SBX-53)`, async () => {
    const thread = await preparedThread()
    const lost = once(thread.worker, 'error')
    thread.sayAnything(message)
    await lost
    assert.deepEqual(thread.unheard, [])
  })
}

function pick({ run, call: number }: MessageToPool<'call'>): { readonly run: number; readonly call: number } {
  return { run, call: number }
}

function isKind<Kind extends ToPool['kind']>(message: ToPool, kind: Kind): message is MessageToPool<Kind> {
  return message.kind === kind
}
