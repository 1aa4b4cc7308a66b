// A worker thread that makes an engine for each run: instance, prelude, bindings, bundle, then the run; the parts of the
// product's own worker, without its image. Prelude and bundle are compiled to bytecode once, so what it shows is the
// price of making and evaluating, not of parsing.
import { parentPort, workerData } from 'node:worker_threads'
import { bundleFileName, preludeFileName, wrapBundle } from '../../src/runtime/bundle-script.ts'
import { defaultLimits } from '../../src/runtime/limits.ts'
import { newSeed } from '../../src/runtime/seed.ts'
import { compileScript } from '../../src/runtime/worker/compile.ts'
import { Engine } from '../../src/runtime/worker/engine.ts'
import { Run } from '../../src/runtime/worker/run.ts'
import type { RunPort } from '../../src/runtime/worker/run-port.ts'
import { closedHost } from '../../src/runtime/worker/run-host.ts'
import type { FromThread, ThreadSetup, ToThread } from './without-image-protocol.ts'

if (parentPort === null) throw new Error('this file is the entry of a worker thread')
const port = parentPort
const { parts, prelude }: ThreadSetup = workerData
const patient = { ...closedHost, shouldStop: () => false }
const preludeBytecode = await compileScript(parts, prelude, preludeFileName)
const prepared = new Map<string, { readonly bundle: Uint8Array; readonly mountJson: string }>()

port.on('message', (message: ToThread) => {
  if (message.kind === 'prepare') void prepare(message)
  else void run(message)
})

async function prepare({ workload, code, mountJson }: ToThread & { kind: 'prepare' }): Promise<void> {
  const bundle = await compileScript(parts, wrapBundle(code), bundleFileName)
  prepared.set(workload, { bundle, mountJson })
  post({ kind: 'prepared' })
}

async function run({ id, workload, input }: ToThread & { kind: 'run' }): Promise<void> {
  const deployment = prepared.get(workload)
  if (deployment === undefined) return post({ kind: 'failed', id, message: `${workload} was not prepared` })
  const engine = await Engine.create(parts, patient, defaultLimits.memoryBytes, preludeBytecode)
  engine.call('mount', deployment.mountJson)
  new Run(order(id, input), engine, answering(id)).start(deployment.bundle)
}

function order(id: number, input: string): ConstructorParameters<typeof Run>[0] {
  return {
    kind: 'run',
    run: id,
    image: '',
    input,
    environment: {},
    localization: {},
    limits: defaultLimits,
    startedAtMs: Date.now(),
    elapsedMs: 0,
    seed: newSeed(),
    mayBlock: false,
    isWatched: false,
    deliveries: [],
  }
}

function answering(id: number): RunPort {
  return {
    call: () => undefined,
    abort: () => undefined,
    awaitAnswer: () => undefined,
    entering: () => undefined,
    leaving: () => undefined,
    isCareful: false,
    denied: () => undefined,
    ended(_run, outcome) {
      if (outcome !== 'moved' && outcome.kind === 'completed')
        post({ kind: 'ended', id, claims: outcome.claimsJson })
      else
        post({
          kind: 'failed',
          id,
          message: `the run ended as ${outcome === 'moved' ? outcome : outcome.kind}`,
        })
    },
  }
}

function post(message: FromThread): void {
  port.postMessage(message)
}
