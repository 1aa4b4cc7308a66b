// The product as its callers use it: `openSandbox`, a deployment prepared into a memory image, `invoke` from the main
// thread and back, with limits, recording and the parsing of every message on both sides.
import { defaultLimits, openSandbox, type PreparedDeployment, type Sandbox } from '../../src/runtime/index.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import type { RunInput, Workload } from '../workloads.ts'
import type { Standing, Subject } from './subject.ts'

export async function openOurs(): Promise<Subject> {
  const sandbox = await openSandbox()
  return {
    name: 'ours: pool and image',
    note: 'openSandbox → prepare → invoke; QuickJS in WebAssembly, image restored in place, two worker threads',
    prepare: async (workload) => {
      const deployment = await prepareOurs(sandbox, workload)
      return async (input) => runOurs(sandbox, deployment, input)
    },
    close: async () => sandbox.close(),
  }
}

const standingThreads = 4
const standWaitMs = 400

/** An instance is an engine of the pool that stands ready after a run; `count` runs are kept in flight to make as many. */
export async function standOurs(): Promise<Standing> {
  const sandbox = await openSandbox({ threads: standingThreads })
  return {
    async stand(workload, count) {
      const deployment = await prepareOurs(sandbox, workload)
      const input = { ...workload.input, event: { ...workload.input.event, waitMs: standWaitMs } }
      await Promise.all(Array.from({ length: count }, async () => runOurs(sandbox, deployment, input)))
    },
    close: async () => sandbox.close(),
  }
}

export async function prepareOurs(sandbox: Sandbox, workload: Workload): Promise<PreparedDeployment> {
  const { code, bindings } = workload
  return sandbox.prepare({ code, bindings, reservedClaims, secureFetchEncoding: 'base64url' })
}

export async function runOurs(
  sandbox: Sandbox,
  deployment: PreparedDeployment,
  input: RunInput,
): Promise<string> {
  const { outcome } = await sandbox.invoke({
    id: 'bench',
    deployment,
    ...input,
    environment: {},
    localization: {},
    limits: defaultLimits,
  })
  if (outcome.kind !== 'completed') throw new Error(`the run ended as ${outcome.kind}`)
  return outcome.claimsJson
}
