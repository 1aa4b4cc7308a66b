// What the parts below ours cost by themselves, measured in the same run as the goals: one message to a thread and back with
// nothing done in between; the workflow in a standing QuickJS on the caller's own thread, with no fresh world, no limits and no
// checks; the same on a thread, with its messages; and our engine and image on a thread for each core, with no messages at all.
// Signposts, no lower bounds: ours reads claims out of memory where the standing QuickJS writes JSON, and may pass it.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { EvalFlags, QuickJS } from 'quickjs-wasi'
import { loadEngineBinaries } from '../src/runtime/engine-binaries.ts'
import { sandboxScript } from '../src/runtime/sandbox-scripts.ts'
import { defaultLimits } from '../src/runtime/index.ts'
import type { ImageThreadSetup } from './image-thread-setup.ts'
import { throughputOf, type Action, type Throughput } from './measure.ts'
import { minimalScript } from './subjects/minimal-bindings.ts'
import type { Workload } from './workloads.ts'

/** About as many characters as the answer of a small run. */
const message = 'x'.repeat(1_000)

const threadCount = Math.max(2, availableParallelism())

/** A message to a worker thread and back; threads take turns when several are in flight. */
export function threadEcho(): Action {
  return asked(() => new Worker(new URL('echo-thread.ts', import.meta.url)))
}

/** The workflow in a standing QuickJS on a thread, and a message there and back. */
export function engineOnThread(workload: Workload): Action {
  return asked(() => new Worker(new URL('engine-thread.ts', import.meta.url), { workerData: workload }))
}

function asked(open: () => Worker): Action {
  const threads = Array.from({ length: threadCount }, () => {
    const worker = open()
    worker.unref()
    const waiting: ((text: unknown) => void)[] = []
    worker.on('message', (text: unknown) => waiting.shift()?.(text))
    return { worker, waiting }
  })
  return async () =>
    new Promise((resolve) => {
      const { worker, waiting } = threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a))
      waiting.push(resolve)
      worker.postMessage(message)
    })
}

/** Runs of the workflow in our engine, each from the image and ended by putting it back, on a thread for each core. */
export async function imageAlone(workload: Workload): Promise<(forMs: number) => Promise<Throughput>> {
  const [parts, prelude, streams] = await Promise.all([
    loadEngineBinaries(defaultLimits.memoryBytes),
    sandboxScript('prelude'),
    sandboxScript('streams'),
  ])
  const workerData: ImageThreadSetup = { parts, prelude, streams, workload }
  const threads = Array.from({ length: threadCount }, () => {
    const worker = new Worker(new URL('image-thread.ts', import.meta.url), { workerData })
    worker.unref()
    return worker
  })
  await Promise.all(threads.map(async (thread) => once(thread, 'message')))
  return async (forMs) => {
    const cpu = process.cpuUsage()
    const counts = threads.map(async (thread) => {
      thread.postMessage(forMs)
      const [count]: unknown[] = await once(thread, 'message')
      return Number(count)
    })
    const completed = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    return throughputOf(completed, forMs, process.cpuUsage(cpu))
  }
}

/** JSON in, the workflow, JSON out, in one engine that is never replaced. */
export async function engineAlone(workload: Workload): Promise<Action> {
  const wasm = new Uint8Array(await readFile(new URL(import.meta.resolve('quickjs-wasi/quickjs.wasm'))))
  const engine = await QuickJS.create({ wasm })
  engine.evalCode(minimalScript(workload.code), 'bench', EvalFlags.TYPE_GLOBAL).dispose()
  engine
    .evalCode('globalThis.store = (input) => { invoke(input).then((text) => { globalThis.result = text }) }')
    .dispose()
  const store = engine.global.getProp('store')
  return async () => {
    using input = engine.newString(JSON.stringify(workload.input))
    engine.callFunction(store, engine.undefined, input).dispose()
    engine.executePendingJobs()
    using result = engine.global.getProp('result')
    return result.toString()
  }
}
