// What one of our runs costs when nothing is kept: the same engine, prelude and bundle on the same kind of thread, but
// engine and bundle are made for each run. Its messages are not even parsed, so the difference is only the image's.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { loadEngineBinaries } from '../../src/runtime/engine-binaries.ts'
import { sandboxScript } from '../../src/runtime/sandbox-scripts.ts'
import { defaultLimits } from '../../src/runtime/limits.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import type { RunInput } from '../workloads.ts'
import type { Runner, Subject } from './subject.ts'
import type { FromThread, ThreadSetup, ToThread } from './without-image-protocol.ts'

const threadFile = new URL('without-image-thread.ts', import.meta.url)

export async function openOursWithoutImage(): Promise<Subject> {
  const [parts, prelude] = await Promise.all([
    loadEngineBinaries(defaultLimits.memoryBytes),
    sandboxScript('prelude'),
  ])
  const setup: ThreadSetup = { parts, prelude }
  const threads = Array.from({ length: Math.max(2, availableParallelism()) }, () => new BenchThread(setup))
  return {
    name: 'ours without the image',
    note: 'the same engine on two worker threads; each run: engine made, prelude and bundle evaluated from bytecode',
    async prepare(workload): Promise<Runner> {
      const { name, code, bindings } = workload
      const mountJson = JSON.stringify({ bindings, reservedClaims })
      await Promise.all(threads.map(async (thread) => thread.prepare({ workload: name, code, mountJson })))
      return async (input) => leastBusy(threads).run(name, guestInput(input))
    },
    async close() {
      await Promise.all(threads.map(async (thread) => thread.close()))
    },
  }
}

class BenchThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (claims: string) => void; reject: (error: Error) => void }>()
  #prepared: (() => void) | undefined
  #next = 0

  constructor(setup: ThreadSetup) {
    this.#worker = new Worker(threadFile, { workerData: setup })
    this.#worker.on('message', (message: FromThread) => this.#receive(message))
  }

  get inFlight(): number {
    return this.#waiting.size
  }

  async prepare(workload: Omit<ToThread & { kind: 'prepare' }, 'kind'>): Promise<void> {
    return new Promise((resolve) => {
      this.#prepared = resolve
      this.#send({ kind: 'prepare', ...workload })
    })
  }

  async run(workload: string, input: string): Promise<string> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ kind: 'run', id, workload, input })
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromThread): void {
    if (message.kind === 'prepared') return this.#prepared?.()
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'ended') waiting?.resolve(message.claims)
    else waiting?.reject(new Error(message.message))
  }
}

function leastBusy(threads: readonly BenchThread[]): BenchThread {
  return threads.reduce((least, thread) => (thread.inFlight < least.inFlight ? thread : least))
}

/** What the pool hands to a run. */
function guestInput(input: RunInput): string {
  const { claimsDepth, claimsBytes } = defaultLimits
  return JSON.stringify({ ...input, claimsDepth, claimsBytes, resultBytes: 256 * 1024 })
}
