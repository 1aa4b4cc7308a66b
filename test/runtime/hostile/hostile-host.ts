// The host that hostile workflows run in: one real sandbox for all of them, with small limits, and a watch on the host
// itself. A timer of the host's own keeps ticking while a workflow runs, its memory is looked at with each tick, and
// after each run two well-behaved ones, one for each thread, must end with exactly their claims.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { reservedClaims } from '../../../src/tokens/index.ts'
import { bindings, bundleWorkflow, mountedBindings } from '../../../src/workflows/index.ts'
import {
  defaultLimits,
  openSandbox,
  type Environment,
  type Invocation,
  type InvocationResult,
  type PreparedDeployment,
  type RunLimits,
  type Sandbox,
} from '../../../src/runtime/index.ts'

/** The clock ends only what waits: on a busy machine everything else would end by it sometimes. */
export const limits: RunLimits = {
  ...defaultLimits,
  wallClockMs: 120_000,
  callMs: 60_000,
  runningTimeMs: 300,
}

/** For what waits for ever. */
export const impatientLimits: RunLimits = { ...limits, wallClockMs: 1_000, callMs: 3_000 }

/** For what is to end by something else than time, however slow the machine is. */
export const patientLimits: RunLimits = { ...limits, runningTimeMs: 5_000 }

/** Of the main thread's processor time between two ticks of its timer. */
const longestGapMs = 250
/** A native operation that takes 300 ms on one machine takes 600 on another. */
const unresponsiveGraceMs = 1_000
/** By how much a run may pass its running time, with all that the process does beside it, in processor time. */
export const mostDelayMs: number = 3 * unresponsiveGraceMs
const tickMs = 10

export interface WatchedRun extends InvocationResult {
  /** Processor time of the whole process meanwhile. */
  readonly processMs: number
  readonly rssGrowthMegabytes: number
}

const politeWorkflow = `
  let runs = 0
  exports.default = async function (event) {
    const claims = kinde.accessToken.getCustomClaims()
    claims.tier = 'gold'
    claims.permissions = claims.permissions.map((name) => name.toUpperCase())
    claims.user = event.context.user.id
    claims.runs = ++runs
    kinde.idToken.setCustomClaim('names', await Promise.all(['b', 'a'].sort().map(async (name) => [name, {}])))
    console.log('polite %d', claims.runs)
  }`

const politeClaims = JSON.stringify({
  accessToken: { permissions: ['READ:REPORTS'], feature_flags: {}, tier: 'gold', user: 'kp_ada', runs: 1 },
  idToken: {
    email: 'ada@example.com',
    names: [
      ['a', {}],
      ['b', {}],
    ],
  },
})

export class HostileHost {
  readonly sandbox: Sandbox
  readonly #polite: PreparedDeployment
  readonly #lost: unknown[] = []
  readonly #rejections: unknown[] = []
  readonly #noteRejection = (reason: unknown): void => void this.#rejections.push(reason)

  private constructor(sandbox: Sandbox, polite: PreparedDeployment, lost: unknown[]) {
    this.sandbox = sandbox
    this.#polite = polite
    this.#lost = lost
    process.on('unhandledRejection', this.#noteRejection)
  }

  static async open(allow: readonly string[] = []): Promise<HostileHost> {
    const lost: unknown[] = []
    const onThreadLost = (cause: unknown): void => void lost.push(cause)
    const sandbox = await openSandbox({ threads: 2, hostCalls: { allow }, onThreadLost, unresponsiveGraceMs })
    return new HostileHost(sandbox, await prepareCode(sandbox, politeWorkflow), lost)
  }

  async close(): Promise<void> {
    await this.sandbox.close()
    process.off('unhandledRejection', this.#noteRejection)
  }

  /** Builds a workflow file as a deployment would, with every binding that the trigger allows. */
  async build(file: string, folder: string): Promise<PreparedDeployment> {
    const { code } = await bundleWorkflow(file, { project: { dir: folder } })
    return prepareCode(this.sandbox, code)
  }

  async prepare(code: string): Promise<PreparedDeployment> {
    return prepareCode(this.sandbox, code)
  }

  /** One run, during which the host must have stayed responsive and in its bounds. */
  async run(
    deployment: PreparedDeployment,
    environment: Environment = {},
    changed: Partial<RunLimits> = {},
  ): Promise<WatchedRun> {
    const watch = watchHost()
    const result = await this.sandbox.invoke(this.invocation(deployment, changed, environment))
    const { longestGap, ...watched } = await watch.end()
    assert.ok(longestGap < longestGapMs, `the main thread computed for ${longestGap.toFixed()} ms on end`)
    return { ...result, ...watched }
  }

  invocation(
    deployment: PreparedDeployment,
    changed: Partial<RunLimits> = {},
    environment: Environment = {},
  ): Invocation {
    return invocation(deployment, environment, { ...limits, ...changed })
  }

  /** Nothing of what has run is left: not on a thread, not in the host. */
  async assertUnharmed(lostThreads = 0): Promise<void> {
    const results = await Promise.all([this.#runPolite(), this.#runPolite()])
    for (const { outcome, log } of results) {
      assert.deepEqual(outcome, { kind: 'completed', claimsJson: politeClaims })
      assert.deepEqual(log, [{ level: 'info', text: 'polite 1' }])
    }
    const lost = this.#lost.splice(0).map(String)
    assert.ok(lost.length <= lostThreads, `${lost.length} threads were lost: ${lost.join('; ')}`)
    assert.deepEqual(this.#rejections.splice(0), [], 'no rejection was left unhandled')
    assert.equal(Reflect.get({}, 'polluted'), undefined)
    assert.deepEqual(Object.keys(Object.prototype), [])
  }

  async #runPolite(): Promise<InvocationResult> {
    return this.sandbox.invoke(invocation(this.#polite, {}, limits))
  }
}

async function prepareCode(sandbox: Sandbox, code: string): Promise<PreparedDeployment> {
  const keys = bindings.map(({ key }) => key)
  const { mounted } = mountedBindings(keys, 'user:tokens_generation')
  return sandbox.prepare({ code, bindings: mounted, reservedClaims, secureFetchEncoding: 'base64url' })
}

function invocation(
  deployment: PreparedDeployment,
  environment: Environment,
  runLimits: RunLimits,
): Invocation {
  return {
    id: randomUUID(),
    deployment,
    event: {
      request: { ip: '192.0.2.10' },
      context: { user: { id: 'kp_ada' }, organization: { code: 'org_engines' } },
    },
    claims: {
      accessToken: { permissions: ['read:reports'], feature_flags: {} },
      idToken: { email: 'ada@example.com' },
    },
    environment,
    localization: { hello: 'Hello' },
    limits: runLimits,
  }
}

function watchHost() {
  const rssBefore = process.memoryUsage.rss()
  const processBefore = process.cpuUsage()
  let last = process.threadCpuUsage()
  let longestGap = 0
  let mostRss = rssBefore
  const look = (): void => {
    longestGap = Math.max(longestGap, milliseconds(process.threadCpuUsage(last)))
    mostRss = Math.max(mostRss, process.memoryUsage.rss())
    last = process.threadCpuUsage()
  }
  const timer = setInterval(look, tickMs)
  return {
    /** A turn of the event loop later, so that a gap which the run has just caused is seen. */
    async end() {
      await new Promise((resolve) => setImmediate(resolve))
      look()
      clearInterval(timer)
      const processMs = milliseconds(process.cpuUsage(processBefore))
      return { longestGap, processMs, rssGrowthMegabytes: (mostRss - rssBefore) / 1024 / 1024 }
    },
  }
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}
