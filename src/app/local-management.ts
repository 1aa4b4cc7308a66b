// The operations of the management API beside the database, without a server: for the command line of an operator, who has the master key.
import { randomBytes } from 'node:crypto'
import type { RunPlace } from '../deployments/index.ts'
import type { Caller, ManagementDeps } from '../management/index.ts'
import { openJobs, type Jobs } from '../jobs/index.ts'
import { egressPolicy } from '../net/index.ts'
import { fullPace, rehearsalJobKind } from '../rehearsal/index.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import { defaultInvitationDays, defaultTokenLifetimes, type Store } from '../store/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { openLogger } from '../telemetry/index.ts'
import { openExistingStore, openNewStore } from './existing-store.ts'
import { isDatabaseMissing, openImaginedStartedStore, openImaginedStore } from './imagined-store.ts'
import { readProjectRunSettings } from './project-file.ts'
import { runLimits } from './run-limits.ts'
import { rehearsalJob } from './rehearsals.ts'
import type { ServerSettings } from './server-settings.ts'
import { workflowEnvironment } from './workflow-environment.ts'

export interface LocalManagement {
  readonly deps: ManagementDeps
  readonly caller: Caller
  readonly store: Store
  /** The store is deleted at the end: there is no database yet. */
  readonly isImagined: boolean
  /** Does rehearsals that are asked for, in this process. */
  beginWork(): Promise<void>
  close(): Promise<void>
}

/** `projectDir`: the project that the servers of this database are started with. */
type Place = Pick<ServerSettings, 'databaseUrl' | 'dataDir' | 'masterKey' | 'projectDir'>

/**
 * What stands in for an embedded database that does not exist: a new one, or, for what writes nothing, one that is deleted at the end,
 * empty or as the first start makes it.
 */
const openMissing = {
  refused: openExistingStore,
  made: openNewStore,
  imagined: ({ dataDir }: Place) => openImaginedStore(dataDir),
  'imagined-started': openImaginedStartedStore,
} as const satisfies Record<string, (place: Place) => Promise<Store>>
export type MissingDatabase = keyof typeof openMissing

/** Throws what openExistingStore, openNewStore and openImaginedStartedStore throw. */
export async function openLocalManagement(
  settings: Place & { readonly missing?: MissingDatabase },
): Promise<LocalManagement> {
  const { missing = 'refused' } = settings
  const isMissing = isDatabaseMissing(settings)
  const store = await (isMissing ? openMissing[missing] : openExistingStore)(settings)
  let jobs: Jobs | undefined
  let sandbox: Promise<Sandbox> | undefined
  async function place(): Promise<RunPlace> {
    const { limits } = await readProjectRunSettings(settings.projectDir)
    sandbox ??= openSandbox({ threads: 1 })
    return { sandbox: await sandbox, reservedClaims, limits: runLimits(limits), isProduction: false }
  }
  return {
    store,
    isImagined: isMissing && missing.startsWith('imagined'),
    caller: { clientId: null, organizationCode: null },
    deps: {
      store,
      // Servers on this database follow by themselves.
      deployments: { place, isFollowed: true, settle: () => Promise.resolve() },
      async refusedParts(application) {
        const { clientProblems } = await import('./answering.ts')
        return clientProblems([application], await issuerOf(store))
      },
      tokenLifetimes: defaultTokenLifetimes,
      // No project says where a webhook may be: the rules of production hold.
      egress: egressPolicy([]),
      // No request comes over a wire here, so there is no token to judge and no address to name.
      verifyAccessToken: () => Promise.resolve(undefined),
      issuerUrl: '',
      // The operator at the database is not counted.
      requestsPerMinute: Infinity,
      invitationDays: defaultInvitationDays,
      nowMs: () => store.nowMs(),
      random: randomBytes,
    },
    async beginWork() {
      const { limits, claims } = await readProjectRunSettings(settings.projectDir)
      jobs ??= openJobs({
        store,
        log: quiet,
        kinds: {
          [rehearsalJobKind]: rehearsalJob({
            store,
            issuer: await issuerOf(store),
            environment: workflowEnvironment(store.directory),
            limits: runLimits(limits),
            claimsRules: claims,
            pace: fullPace,
            log: quiet,
          }),
        },
      })
    },
    async close() {
      await jobs?.close(0)
      await (await sandbox)?.close()
      await store.close()
    },
  }
}

/** The command shows what becomes of its rehearsal. */
const quiet = openLogger({ level: 'error', format: 'json', write: () => {} })

/** As the last server that was started on this database is called: the management API has its address. */
async function issuerOf({ directory }: Pick<Store, 'directory'>): Promise<string> {
  const { apis } = await directory.catalog()
  const audience = apis.find(({ isManagementApi }) => isManagementApi)?.audience
  return audience?.replace(/\/api$/, '') ?? 'http://localhost'
}
