// What no design on this engine and these threads can go below, measured in the same run as the goals: one message to a
// thread and back with nothing done in between, and the workflow in a standing QuickJS on the caller's own thread, with no
// fresh world, no limits and no checks. A goal below a floor cannot be met on the machine that measured it.
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { EvalFlags, QuickJS } from 'quickjs-wasi'
import type { Action } from './measure.ts'
import { minimalScript } from './subjects/minimal-bindings.ts'
import type { Workload } from './workloads.ts'

/** About as many characters as the answer of a small run. */
const message = 'x'.repeat(1_000)

/** A message to a worker thread and back. */
export function threadEcho(): Action {
  const worker = new Worker(new URL('echo-thread.ts', import.meta.url))
  worker.unref()
  const waiting: ((text: unknown) => void)[] = []
  worker.on('message', (text: unknown) => waiting.shift()?.(text))
  return async () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      worker.postMessage(message)
    })
}

/** JSON in, the workflow, JSON out, in one engine that stands for ever. */
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
