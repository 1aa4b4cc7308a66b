// The inside of a worker thread without the thread: engines, images and runs on the test's own thread, for tests of
// src/runtime/worker. The test stands where the thread would (RunPort).
import { randomBytes } from 'node:crypto'
import { loadEngineBinaries } from '../../src/runtime/engine-binaries.ts'
import { sandboxScript } from '../../src/runtime/sandbox-scripts.ts'
import { defaultLimits, preludeFileName, type Environment } from '../../src/runtime/index.ts'
import type { RunOutcome } from '../../src/runtime/outcome.ts'
import type { Image, RunOrder } from '../../src/runtime/protocol.ts'
import { compileScript } from '../../src/runtime/worker/compile.ts'
import { Engine, type EngineParts } from '../../src/runtime/worker/engine.ts'
import { prepareImage, type PrepareContext } from '../../src/runtime/worker/prepare.ts'
import { closedHost } from '../../src/runtime/worker/run-host.ts'
import { Run } from '../../src/runtime/worker/run.ts'

export interface WorkerEngines {
  readonly parts: EngineParts
  readonly context: PrepareContext
  readonly memoryBytes: number
  /** The image of `exports.default = async (event) => { body }`. */
  image(body: string, top?: string): Promise<Image>
  engine(image: Image): Promise<Engine>
}

export interface StartedRun {
  readonly run: Run
  readonly calls: readonly { readonly call: number; readonly kind: string; readonly request: string }[]
  readonly ended: Promise<RunOutcome | 'moved'>
}

export const engineMemoryBytes: number = defaultLimits.memoryBytes

export async function openWorkerEngines(): Promise<WorkerEngines> {
  const memoryBytes = engineMemoryBytes
  const inside = <T>(work: () => T): T => work()
  const [parts, prelude, streams] = await Promise.all([
    loadEngineBinaries(memoryBytes),
    sandboxScript('prelude'),
    sandboxScript('streams'),
  ])
  const bytecode = compileScript(parts, prelude, preludeFileName)
  const context = {
    parts,
    prelude: () => bytecode,
    streams: () => compileScript(parts, streams, preludeFileName),
    memoryBytes,
    runningTimeMs: 1_000,
    inside,
  }
  let images = 0
  return {
    parts,
    context,
    memoryBytes,
    image: (body, top = '') =>
      prepareImage(context, `image-${images++}`, {
        code: `${top}\nexports.default = async (event) => {\n${body}\n}`,
        bindings: ['console', 'kinde.accessToken', 'kinde.auth', 'kinde.env', 'kinde.fetch'],
        reservedClaims: {},
        secureFetchEncoding: 'base64url',
      }),
    engine: (image) => Engine.restore(parts, image, memoryBytes),
  }
}

let runs = 0

export function startRun(engine: Engine, image: Image, given: Partial<RunOrder> = {}): StartedRun {
  const calls: { call: number; kind: string; request: string }[] = []
  const ended = Promise.withResolvers<RunOutcome | 'moved'>()
  const order: RunOrder = {
    kind: 'run',
    run: runs++,
    image: image.id,
    input:
      '{"event":{},"claims":{"accessToken":{}},"claimsDepth":64,"claimsBytes":16384,"resultBytes":1000000}',
    environment: {},
    localization: {},
    limits: defaultLimits,
    startedAtMs: Date.now(),
    elapsedMs: 0,
    seed: randomBytes(32).toString('hex'),
    mayBlock: false,
    isWatched: false,
    deliveries: [],
    ...given,
  }
  const run = new Run(order, engine, {
    call: (_, { call, callKind: kind, request }) => void calls.push({ call, kind, request }),
    abort: () => {},
    awaitAnswer: () => undefined,
    ended: ({ engine: used }, outcome) => {
      used.host = closedHost
      ended.resolve(outcome)
    },
    denied: () => {},
    entering: () => {},
    leaving: () => {},
    isCareful: false,
  })
  run.start(image.bundle)
  return { run, calls, ended: ended.promise }
}

export function secretEnvironment(value: string): Environment {
  return { SECRET: { value, isSecret: true } }
}
