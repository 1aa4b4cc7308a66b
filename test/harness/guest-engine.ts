// The prelude in the real engine, without the worker around it: for tests of src/runtime/guest. The host functions here
// are the test's own side of the wall: they note what they are told and answer calls from a table that the test gives.
// The one place outside src/runtime/worker that may use quickjs-wasi.
import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { Intrinsics, QuickJS, type JSValueHandle } from 'quickjs-wasi'
import { sandboxScript } from '../../src/runtime/sandbox-scripts.ts'
import { preludeFileName } from '../../src/runtime/guest/prelude-file-name.ts'
import { namesStreams } from '../../src/runtime/worker/prepare.ts'
import { answerIntl } from '../../src/runtime/worker/host-functions/intl.ts'
import { perform } from '../../src/runtime/worker/web-crypto/operations.ts'

export interface GuestRun {
  /** Source of the workflow, TypeScript, with imports. */
  readonly source: string
  readonly bindings?: readonly string[]
  readonly reservedClaims?: Readonly<Record<string, readonly string[]>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly event?: unknown
  readonly env?: Readonly<Record<string, { value: string; isSecret: boolean }>>
  readonly localization?: Readonly<Record<string, string>>
  /** Gives the envelope of a call. Calls are answered in the order in which they were made unless waited for. */
  readonly answer?: (kind: string, request: CallRequest) => unknown
  readonly claimsDepth?: number
  readonly resultBytes?: number
}

export interface CallRequest {
  readonly url?: string
  readonly method?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
  readonly name?: string
  readonly token?: string
  readonly validation?: unknown
}

export interface GuestResult {
  readonly finished: readonly { readonly kind: string; readonly payload: string }[]
  readonly kind: string | undefined
  /** The claims by token, when the run completed. */
  readonly claims: Record<string, Record<string, unknown>>
  readonly error: {
    readonly name: string
    readonly message: string
    readonly stack: string
    readonly callCode?: string
  }
  readonly message: string
  readonly loadError: string
  readonly inspected: string
  readonly log: readonly string[]
  readonly denied: readonly string[]
  readonly reserved: readonly { readonly token: string; readonly claim: string; readonly stack: string }[]
  readonly calls: readonly { readonly kind: string; readonly request: CallRequest }[]
  /** `call 0`, `wait 0`, `deliver 0`, `timer 1` … in the order in which they happened. */
  readonly order: readonly string[]
  /** Time between start() and finish() inside the engine, in milliseconds. */
  readonly runMs: number
}

const root = new URL('../../node_modules/quickjs-wasi/', import.meta.url)
const wasm = await WebAssembly.compile(readFileSync(new URL('quickjs.wasm', root)))
const extensions = await Promise.all(
  ['url', 'encoding', 'headers', 'crypto', 'structured-clone'].map(async (name) => ({
    name,
    wasm: await WebAssembly.compile(readFileSync(new URL(`extensions/${name}/${name}.so`, root))),
  })),
)
const compiler = await QuickJS.create({ wasm })
const preludeCode = compiler.compile(await sandboxScript('prelude'), preludeFileName)
const streamsCode = compiler.compile(await sandboxScript('streams'), preludeFileName)

export const everyBinding = [
  'console',
  'util',
  'kinde.accessToken',
  'kinde.idToken',
  'kinde.auth',
  'kinde.env',
  'kinde.fetch',
  'kinde.secureFetch',
  'kinde.cache',
  'kinde.localization',
]

export async function bundle(source: string): Promise<string> {
  const result = await build({
    stdin: { contents: source, loader: 'ts', resolveDir: new URL('.', import.meta.url).pathname },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'esnext',
    logLevel: 'silent',
    external: ['url', 'util', 'node:*', 'fs', './missing'],
  })
  return result.outputFiles[0]?.text ?? ''
}

export async function runGuest(run: GuestRun): Promise<GuestResult> {
  const vm = await QuickJS.create({
    wasm,
    extensions,
    intrinsics: (Intrinsics.ALL & ~Intrinsics.EVAL & ~Intrinsics.WEAK_REF) >>> 0,
    timezoneOffset: 0,
    memoryLimit: 32 * 1024 * 1024,
    maxStackSize: 256 * 1024,
    interruptHandler: interruptAfter(5_000),
  })
  try {
    return drive(vm, run, await bundle(run.source))
  } finally {
    vm.dispose()
  }
}

function interruptAfter(milliseconds: number): () => boolean {
  const start = performance.now()
  return () => performance.now() - start > milliseconds
}

function drive(vm: QuickJS, run: GuestRun, code: string): GuestResult {
  const finished: { kind: string; payload: string }[] = []
  const log: string[] = []
  const denied: string[] = []
  const reserved: { token: string; claim: string; stack: string }[] = []
  const calls: { kind: string; request: CallRequest; waited: boolean }[] = []
  const timers = new Map<number, number>()
  const order: string[] = []
  const envelopeOf = (id: number): string => {
    const call = calls[id]
    return JSON.stringify(
      call === undefined ? {} : (run.answer?.(call.kind, call.request) ?? { ok: true, value: {} }),
    )
  }

  const host = vm.newObject()
  const text = (handle: JSValueHandle | undefined): string => handle?.toString() ?? ''
  const number = (handle: JSValueHandle | undefined): number => handle?.toNumber() ?? 0
  const functions: Record<string, (...args: JSValueHandle[]) => string | number | undefined> = {
    log: (level, line) => void log.push(`${text(level)}: ${text(line)}`),
    deny: (reason) => void denied.push(text(reason)),
    env: (key) => {
      const found = new Map(Object.entries(run.env ?? {})).get(text(key))
      return found === undefined ? '' : JSON.stringify(found)
    },
    localization: (key) => {
      const found = new Map(Object.entries(run.localization ?? {})).get(text(key))
      return found === undefined ? '' : JSON.stringify(found)
    },
    call: (kind, request) => {
      calls.push({ kind: text(kind), request: JSON.parse(text(request)), waited: false })
      order.push(`call ${calls.length - 1}`)
      return calls.length - 1
    },
    wait: (id) => {
      const call = calls[number(id)]
      if (call !== undefined) call.waited = true
      order.push(`wait ${number(id)}`)
      return envelopeOf(number(id))
    },
    abortCall: (id) => {
      const call = calls[number(id)]
      if (call !== undefined) call.waited = true
      order.push(`abort ${number(id)}`)
    },
    setTimer: (id, delayMs) => void timers.set(number(id), number(delayMs)),
    clearTimer: (id) => void timers.delete(number(id)),
    intl: (operation, argumentsJson) => answerIntl(text(operation), text(argumentsJson), () => {}),
    webCrypto: (operation, request) =>
      `{"ok":true,"value":${perform(text(operation), text(request), { fillRandom: crypto.getRandomValues.bind(crypto), checkTime: () => {} })}}`,
    reservedAttempt: (token, claim, stack) =>
      void reserved.push({ token: text(token), claim: text(claim), stack: text(stack) }),
    // The worker's short cut (src/runtime/worker/plain-claims.ts) is not there: the guest walks.
    finishPlain: () => 0,
    finish: (kind, payload) => void finished.push({ kind: text(kind), payload: text(payload) }),
  }
  for (const [name, answer] of Object.entries(functions)) {
    const handle = vm.newFunction(name, (...args) => {
      const given = answer(...args)
      if (typeof given === 'string') return vm.newString(given)
      return typeof given === 'number' ? vm.newNumber(given) : vm.undefined
    })
    vm.setProp(host, name, handle)
  }

  const prelude = vm.evalBytecode(preludeCode)
  const entries = vm.callFunction(prelude.getProp('install'), vm.undefined, host)
  const enter = (name: string, ...args: JSValueHandle[]): JSValueHandle =>
    vm.callFunction(entries.getProp(name), entries, ...args)
  const drain = (): void => {
    while (vm.executePendingJobs() > 0);
  }
  enter(
    'mount',
    vm.newString(
      JSON.stringify({ bindings: run.bindings ?? everyBinding, reservedClaims: run.reservedClaims ?? {} }),
    ),
  )
  if (namesStreams.test(code)) enter('addStreams', vm.evalBytecode(streamsCode))
  const factory = vm.evalBytecode(
    compiler.compile(`(function (module, exports, require) {${code}\n})`, 'workflow.js'),
  )
  const loadError = enter('load', factory).toString()
  const inspected = enter('inspect').toString()
  const from = performance.now()
  let runMs = 0
  if (loadError === '') {
    enter(
      'start',
      vm.newString(
        JSON.stringify({
          event: run.event ?? {},
          claims: run.claims ?? { accessToken: {}, idToken: {} },
          claimsDepth: run.claimsDepth ?? 64,
          claimsBytes: 16_384,
          resultBytes: run.resultBytes ?? 262_144,
        }),
      ),
    )
    drain()
    runMs = performance.now() - from
    for (let delivered = 0, moved = true; moved && finished.length === 0;) {
      moved = false
      for (; delivered < calls.length && finished.length === 0; delivered++) {
        moved = true
        if (calls[delivered]?.waited === true) continue
        order.push(`deliver ${delivered}`)
        enter('deliverAnswer', vm.newNumber(delivered), vm.newString(envelopeOf(delivered)))
        drain()
      }
      const [next] = [...timers].toSorted((left, right) => left[1] - right[1])
      if (!moved && next !== undefined && finished.length === 0) {
        moved = true
        timers.delete(next[0])
        order.push(`timer ${next[0]}`)
        enter('fireTimer', vm.newNumber(next[0]))
        drain()
      }
    }
  }
  const [last] = finished
  const payload = last?.payload ?? ''
  return {
    finished,
    kind: last?.kind,
    claims: last?.kind === 'completed' ? JSON.parse(payload) : {},
    error: last?.kind === 'threw' ? JSON.parse(payload) : { name: '', message: '', stack: '' },
    message: payload,
    loadError,
    inspected,
    log,
    denied,
    reserved,
    calls,
    order,
    runMs,
  }
}
