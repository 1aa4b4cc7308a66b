// node:vm with a fresh context for each run, on the caller's own thread. No wall at all (Node's documentation says so):
// it is the floor of what a fresh JavaScript world costs.
import { createContext, Script, type Context } from 'node:vm'
import type { Workload } from '../workloads.ts'
import { minimalScript } from './minimal-bindings.ts'
import type { Runner, Standing, Subject } from './subject.ts'

export function openNodeVm(): Subject {
  return {
    name: 'node:vm, fresh context',
    note: 'vm.Script compiled once; each run: createContext, run the script, call; on the caller’s thread; no wall',
    prepare: async (workload) => prepare(workload),
    close: async () => undefined,
  }
}

export function standNodeVm(): Standing {
  const contexts: Context[] = []
  return {
    async stand(workload, count) {
      const script = new Script(minimalScript(workload.code))
      while (contexts.length < count) {
        const context = createContext({})
        script.runInContext(context)
        await invoke(context, JSON.stringify(workload.input))
        contexts.push(context)
      }
    },
    close: async () => contexts.splice(0).forEach(() => undefined),
  }
}

function prepare(workload: Workload): Runner {
  const script = new Script(minimalScript(workload.code))
  return async (input) => {
    const context = createContext({})
    script.runInContext(context)
    return invoke(context, JSON.stringify(input))
  }
}

async function invoke(context: Context, input: string): Promise<string> {
  const result: unknown = await context['invoke'](input)
  if (typeof result !== 'string') throw new Error('the run gave no text')
  return result
}
