// Prepares a deployment: compiles its bundle, evaluates it in an engine of its own and takes the memory image; or runs
// its top level once to see what it exports. No event and no secret is anywhere near: an image must never hold one.
//
// A top level that reads the clock, randomness, the environment or calls out would freeze one answer into all runs. It
// is noticed by those imports being called, and the image is then taken before the bundle, which is evaluated in each run.
import { performance } from 'node:perf_hooks'
import { bundleFileName, wrapBundle } from '../bundle-script.ts'
import { guestErrorSchema, type GuestError } from '../outcome.ts'
import type { Image } from '../protocol.ts'
import type { DeploymentSource } from '../sandbox.ts'
import { compileScript } from './compile.ts'
import { EngineFailure } from './engine-failure.ts'
import { Engine, type EngineParts } from './engine.ts'
import { HostRefusal, type RunHost } from './run-host.ts'
import { RunningTime } from './running-time.ts'

export interface PrepareContext {
  readonly parts: EngineParts
  /** The prelude's bytecode, compiled when it is first asked for. */
  readonly prelude: () => Promise<Uint8Array>
  /** The bytecode of the streams, which only some bundles need. */
  readonly streams: () => Promise<Uint8Array>
  readonly memoryBytes: number
  /** How long a top level may compute, in milliseconds of processor time. */
  readonly runningTimeMs: number
  /** Surrounds all that reads or runs the guest's code, so that the pool sees when it does not end. */
  readonly inside: <T>(work: () => T) => T
}

/** Free heap in an image. A small run needs none of it; a deployment that needs more gets it (roomier-image.ts). */
const roomBytes = 256 * 1024

export class PrepareRefused extends Error {
  readonly reason: 'threw' | 'running-time-exceeded' | 'memory-exceeded' | 'crashed'
  readonly error: GuestError
  constructor(reason: PrepareRefused['reason'], error: GuestError) {
    super(error.message)
    this.reason = reason
    this.error = error
  }
}

const everyBinding = [
  'console',
  'url',
  'util',
  'module',
  'kinde.accessToken',
  'kinde.idToken',
  'kinde.m2mToken',
  'kinde.auth',
  'kinde.env',
  'kinde.fetch',
  'kinde.secureFetch',
  'kinde.cache',
  'kinde.localization',
]

/**
 * Bundles that may use a stream: by the name of a class, by the body of an answer, or by that of a Blob. A name that is put
 * together at run time is not found; the class is then as absent as it is to `typeof`.
 */
export const namesStreams: RegExp = /Stream|QueuingStrategy|\bbody\b|\bstream\b/

export async function prepareImage(
  context: PrepareContext,
  id: string,
  source: DeploymentSource,
): Promise<Image> {
  const bundle = await compileBundle(context, source.code)
  const loading = new Loading(context.runningTimeMs)
  const engine = await mountedEngine(context, loading, source)
  const thrown = context.inside(() => load(engine, bundle, loading))
  if (loading.touchedOutside) {
    const before = await mountedEngine(context, new Loading(context.runningTimeMs), source)
    before.reserve(roomBytes)
    return before.capture(id, bundle)
  }
  if (thrown !== undefined) throw new PrepareRefused('threw', thrown)
  engine.reserve(roomBytes)
  return engine.capture(id, undefined)
}

export async function inspectExports(
  context: PrepareContext,
  code: string,
): Promise<{ exports: string; error?: GuestError }> {
  const bundle = await compileBundle(context, code)
  const loading = new Loading(context.runningTimeMs)
  const engine = await mountedEngine(context, loading, { code, bindings: everyBinding, reservedClaims: {} })
  const error = context.inside(() => load(engine, bundle, loading))
  const exports = context.inside(() => guarded(loading, () => engine.call('inspect')))
  return { exports, ...(error === undefined ? {} : { error }) }
}

async function mountedEngine(
  context: PrepareContext,
  host: RunHost,
  { code, bindings, reservedClaims }: Pick<DeploymentSource, 'code' | 'bindings' | 'reservedClaims'>,
): Promise<Engine> {
  const engine = await Engine.create(context.parts, host, context.memoryBytes, await context.prelude())
  engine.call('mount', JSON.stringify({ bindings, reservedClaims }))
  if (namesStreams.test(code)) engine.callWithFunction('addStreams', await context.streams())
  return engine
}

async function compileBundle(context: PrepareContext, code: string): Promise<Uint8Array> {
  const limit = new Loading(context.runningTimeMs)
  const inside = <T>(compile: () => T): T => {
    limit.begin()
    return context.inside(compile)
  }
  try {
    return await compileScript(context.parts, wrapBundle(code), bundleFileName, {
      shouldStop: () => limit.shouldStop(),
      inside,
    })
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error
    const message = error.message.replace(/^Compilation error: /, '')
    const reason = limit.shouldStop() ? 'running-time-exceeded' : 'threw'
    throw new PrepareRefused(reason, { name: 'SyntaxError', message, stack: '' })
  }
}

function load(engine: Engine, bundle: Uint8Array, loading: Loading): GuestError | undefined {
  loading.begin()
  const thrown = guarded(loading, () => engine.callWithFunction('load', bundle))
  return thrown === '' ? undefined : guestErrorSchema.parse(JSON.parse(thrown))
}

function guarded(loading: Loading, work: () => string): string {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error
    const reason = loading.shouldStop()
      ? 'running-time-exceeded'
      : error.reason === 'trap'
        ? 'crashed'
        : 'memory-exceeded'
    throw new PrepareRefused(reason, { name: 'Error', message: error.message, stack: error.guestStack })
  }
}

/** The host of an engine whose bundle is being loaded: grants nothing, and notes what was asked. */
class Loading implements RunHost {
  touchedOutside = false
  readonly #runningTime = new RunningTime()
  readonly #runningTimeMs: number
  #begun = false

  constructor(runningTimeMs: number) {
    this.#runningTimeMs = runningTimeMs
  }

  /** The guest's own code starts here; what the engine asked before was its own affair, and its time as well. */
  begin(): void {
    this.#begun = true
    this.#runningTime.enter()
  }

  shouldStop(): boolean {
    return this.#begun && this.#runningTime.exceeds(this.#runningTimeMs, performance.now())
  }

  nowMs(): number {
    this.#touch()
    return Date.now()
  }

  fillRandom(target: Uint8Array): void {
    this.#touch()
    crypto.getRandomValues(target)
  }

  environmentVariable(): string {
    this.#touch()
    return JSON.stringify({ value: '', isSecret: false })
  }

  localizedText(): string {
    this.#touch()
    return ''
  }

  log(): void {
    this.#touch()
  }

  deny(): void {
    this.#touch()
  }

  reservedAttempt(): void {
    this.#touch()
  }

  spendFormatter(): void {}

  setTimer(): void {
    this.#touch()
  }

  clearTimer(): void {
    this.#touch()
  }

  call(): number {
    return this.#unavailable()
  }

  wait(): string {
    return this.#unavailable()
  }

  abortCall(): void {
    this.#touch()
  }

  finishPlain(): boolean {
    return this.#unavailable()
  }

  finish(): void {
    this.#unavailable()
  }

  #unavailable(): never {
    this.#touch()
    throw new HostRefusal(
      'outgoing calls are not available while the workflow is loaded; call from the function',
    )
  }

  #touch(): void {
    if (this.#begun) this.touchedOutside = true
  }
}
