// The npm package `run`, version 2: a fresh QuickJS context for each run on a pooled worker thread. Its way is source
// text in, value out, so bindings and bundle are part of each run's source; it has no image and no compiled form.
import { createRunner, type Runner as PackageRunner } from 'run'
import type { RunInput, Workload } from '../workloads.ts'
import { minimalScript } from './minimal-bindings.ts'
import type { Standing, Subject } from './subject.ts'

const limits = { timeoutMs: 5_000, memoryLimitBytes: 32 * 1024 * 1024 }

export function openRunPackage(): Subject {
  const runner = createRunner({ limits })
  return {
    name: 'run (npm)',
    note: 'createRunner().run({ source }) with bindings, bundle and input in the source; its own pool of worker threads',
    prepare: async (workload) => {
      const script = minimalScript(workload.code)
      return async (input) => invoke(runner, sourceOf(script, input))
    },
    close: async () => undefined,
  }
}

/** An instance is a pooled worker thread: as many as runs were in flight at once. */
export function standRunPackage(): Standing {
  const runner = createRunner({ limits })
  return {
    async stand(workload: Workload, count: number) {
      const source = `await host.gate();\n${sourceOf(minimalScript(workload.code), workload.input)}`
      const gate = Promise.withResolvers<undefined>()
      let arrived = 0
      const hostFunctions = {
        host: {
          gate: async () => {
            if (++arrived === count) gate.resolve(undefined)
            return gate.promise
          },
        },
      }
      await Promise.all(Array.from({ length: count }, async () => runner.run({ source, hostFunctions })))
    },
    close: async () => undefined,
  }
}

/** The input goes into the source as a literal: faster than asking a host function for it, which is a second round trip. */
function sourceOf(script: string, input: RunInput): string {
  return `${script}\nreturn await invoke(${JSON.stringify(JSON.stringify(input))});`
}

async function invoke(runner: PackageRunner, source: string): Promise<string> {
  const result = await runner.run({ source })
  if (result.status !== 'completed' || typeof result.value !== 'string')
    throw new Error('the run gave no text')
  return result.value
}
