// isolated-vm with a fresh context for each run, from a snapshot that holds the bindings and the evaluated bundle. The
// isolate stands: making one for each run costs several milliseconds more. Two isolates share the runs, one for each
// core, so that it may use as much of the machine as the others do.
import { availableParallelism } from 'node:os'
import type { Context, Isolate } from 'isolated-vm'
import type { RunInput, Workload } from '../workloads.ts'
import { minimalScript } from './minimal-bindings.ts'
import type { Runner, Standing, Subject } from './subject.ts'

/** Generous: with less it collects its dropped contexts more often. */
const memoryLimitMebibytes = 1024
const timeoutMs = 1_000

export async function openIsolatedVm(): Promise<Subject> {
  const { default: ivm } = await import('isolated-vm')
  const isolates: Isolate[] = []
  return {
    name: 'isolated-vm, fresh context',
    note: 'a standing isolate per core, restored from a V8 snapshot of bindings and bundle; each run: a new context',
    async prepare(workload): Promise<Runner> {
      const snapshot = ivm.Isolate.createSnapshot([{ code: minimalScript(workload.code) }])
      const own = Array.from(
        { length: availableParallelism() },
        () => new ivm.Isolate({ memoryLimit: memoryLimitMebibytes, snapshot }),
      )
      isolates.push(...own)
      let next = 0
      return async (input) => {
        const isolate = own[next++ % own.length]
        if (isolate === undefined) throw new Error('there is no isolate')
        const context = await isolate.createContext()
        try {
          return await invoke(context, input)
        } finally {
          context.release()
        }
      }
    },
    close: async () => isolates.splice(0).forEach((isolate) => isolate.dispose()),
  }
}

/** An instance is a context in the standing isolate. */
export async function standIsolatedVm(): Promise<Standing> {
  const { default: ivm } = await import('isolated-vm')
  const contexts: Context[] = []
  let isolate: Isolate | undefined
  return {
    async stand(workload: Workload, count: number) {
      isolate ??= new ivm.Isolate({
        memoryLimit: memoryLimitMebibytes,
        snapshot: ivm.Isolate.createSnapshot([{ code: minimalScript(workload.code) }]),
      })
      while (contexts.length < count) {
        const context = await isolate.createContext()
        await invoke(context, workload.input)
        contexts.push(context)
      }
    },
    close: async () => isolate?.dispose(),
  }
}

async function invoke(context: Context, input: RunInput): Promise<string> {
  const entry = context.global.getSync('invoke', { reference: true })
  const result = await entry.apply(undefined, [JSON.stringify(input)], {
    timeout: timeoutMs,
    result: { promise: true },
  })
  entry.release()
  if (typeof result !== 'string') throw new Error('the run gave no text')
  return result
}
