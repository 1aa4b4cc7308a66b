// Every invocation that a test recorded, run again with its own deployment: it must end with the same bytes, and make no call.
import assert from 'node:assert/strict'
import { openExistingStore, runLimits } from '../../src/app/index.ts'
import { openLoadedDeployments } from '../../src/deployments/index.ts'
import { recordedInvocation, replayInvocation } from '../../src/replays/index.ts'
import { openSandbox, type Sandbox } from '../../src/runtime/index.ts'
import type { Store } from '../../src/store/index.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import type { FiredTrigger } from '../../src/triggers/registry/index.ts'
import type { ServingDeployment } from '../../src/workflows/index.ts'

interface Recorded {
  readonly store: Pick<Store, 'invocations' | 'recordings'>
  readonly sandbox: Pick<Sandbox, 'invoke'>
  /** What served the trigger in this deployment; undefined when it cannot run again here. */
  readonly serving: (
    deploymentId: string,
    trigger: FiredTrigger,
  ) => ServingDeployment | undefined | Promise<ServingDeployment | undefined>
}

/** Of one server; more would make its test slow. */
const mostReplayed = 300
/** A clock ended them, which may end them elsewhere in another run (docs/decisions/0078). */
const byTheClock: ReadonlySet<string> = new Set(['wall-clock-exceeded', 'running-time-exceeded'])

/** Throws AssertionError that names the invocation. */
export async function assertReplays({ store, sandbox, serving }: Recorded): Promise<void> {
  await store.invocations.flush()
  const invocations = await store.invocations.list({ limit: mostReplayed })
  if (invocations.length === 0) return
  const recordings = await store.recordings.list(invocations.map(({ id }) => id))
  const byId = new Map(recordings.map((recording) => [recording.invocationId, recording]))
  await Promise.all(
    invocations.map(async (stored) => {
      const invocation = recordedInvocation(stored, byId.get(stored.id))
      if (typeof invocation === 'string' || byTheClock.has(stored.outcome)) return
      const own = await serving(stored.deploymentId, invocation.request.event.trigger)
      if (own === undefined) return
      const { mode, differences } = await replayInvocation(invocation, { sandbox, serving: own })
      assert.deepEqual(
        { mode, differences },
        { mode: 'exact', differences: [] },
        `${stored.id} (${stored.workflowId}, ${stored.outcome}) does not replay to what was recorded`,
      )
    }),
  )
}

/** For all servers of a test's process: opening one takes longer than most replays. */
let shared: Promise<Sandbox> | undefined

/** Of a server that was started whole: with the deployments that it has stored, in the sandbox of the replays. */
export async function assertServerReplays(store: Store): Promise<void> {
  await store.invocations.flush()
  if ((await store.invocations.list({ limit: 1 })).length === 0) return
  await using opened = new AsyncDisposableStack()
  // The shared sandbox does not keep the process alive; what waits for it does.
  const underWay = setInterval(() => {}, 0x7fff_ffff)
  opened.defer(() => clearInterval(underWay))
  const sandbox = await (shared ??= openSandbox({ threads: 1, keepsProcessAlive: false }))
  const place = { sandbox, reservedClaims, limits: runLimits({}), isProduction: false }
  const deployments = openLoadedDeployments({ store, place, log: { info() {}, error() {} } })
  opened.defer(() => deployments.close())
  const serving = async (id: string, trigger: FiredTrigger) => {
    // What `mintage dev` serves out of its folder is not stored.
    const isStored = (await store.deployments.find(id)) !== undefined
    return isStored ? (await deployments.load(id)).serving(trigger) : undefined
  }
  await assertReplays({ store, sandbox, serving })
}

/** Of a server that was a process of its own on an embedded database, and has ended. */
export async function assertEndedServerReplays(
  dataDir: string,
  { MINTAGE_MASTER_KEY: masterKey }: Readonly<Record<string, string>>,
): Promise<void> {
  const store = await openExistingStore({ dataDir, databaseUrl: undefined, masterKey })
  try {
    await assertServerReplays(store)
  } finally {
    await store.close()
  }
}
