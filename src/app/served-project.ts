// What a server serves. `mintage dev` serves the folder while it is edited. `mintage start` serves the deployment that is live in the
// database, on every replica the same: the folder that it is given becomes the first one, and another one when the operator says that
// it wins.
import type { FileRunSettings, MintageFile } from '../config/index.ts'
import { liveRole, storeFolder, type LoadedDeployments } from '../deployments/index.ts'
import type { Store } from '../store/index.ts'
import type { ServerSettings } from './server-settings.ts'
import {
  sourceLineAt,
  statusBeforeBuild,
  type LiveProject,
  type ProjectStatus,
  type RunSettings,
  type ServingDeployment,
} from '../workflows/index.ts'

export interface ServedProject {
  /** `subject`: the user, or the machine by its client id; a canary serves some of them. Without one, what is live. */
  serving(trigger: string, subject?: string): ServingDeployment | undefined
  status(): ServedStatus
}

interface ServedStatus extends ProjectStatus {
  /** Set when a stored deployment serves and the folder was not looked at. */
  readonly isStored?: boolean
}

/** What of the settings a deployment carries along. */
export function runSettings(settings: FileRunSettings): RunSettings {
  const { limits, strictClaims, strictBindings, secureFetch } = settings
  return { limits, strictClaims, strictBindings, secureFetchEncoding: secureFetch.encoding }
}

interface Followed {
  readonly dir: string
  readonly deployments: LoadedDeployments
  /** The folder; undefined when it was not built, because a stored deployment serves. */
  readonly folder: LiveProject | undefined
}

/** Whether a stored deployment serves whatever the folder holds. */
export async function hasLiveDeployment(store: Pick<Store, 'directory'>): Promise<boolean> {
  return liveRole(await store.directory.catalog()) !== undefined
}

interface ServedParts {
  readonly settings: Pick<ServerSettings, 'projectDir' | 'isSafeMode'>
  readonly file: MintageFile
  readonly store: Store
  readonly deployments: LoadedDeployments
  readonly folder: LiveProject | undefined
  readonly isFollowing: boolean
}

/** Rejects with StoreError, SandboxError, and WorkflowError when what is live cannot be loaded: then nothing good is there to serve. */
export async function openServed({
  settings,
  file,
  store,
  deployments,
  folder,
  isFollowing,
}: ServedParts): Promise<ServedProject> {
  if (!isFollowing && folder !== undefined) return folder
  if (folder !== undefined)
    await deployFolder({ folder, settings: runSettings(file.settings), store, deployments })
  await deployments.settle().catch((error: unknown) => {
    // It is logged, and nothing of it runs.
    if (settings.isSafeMode !== true) throw error
  })
  deployments.follow()
  return followedProject({ dir: folder?.status().dir ?? settings.projectDir, deployments, folder })
}

function followedProject({ dir, deployments, folder }: Followed): ServedProject {
  const empty = statusBeforeBuild(dir)
  return {
    serving(trigger, subject) {
      const canary = subject === undefined ? undefined : deployments.beside('canary', subject)
      return (canary?.deployment ?? deployments.current('live'))?.serving(trigger)
    },
    status() {
      const live = deployments.current('live')
      const built = folder?.status() ?? empty
      if (live === undefined || live.id === built.id) return built
      return { ...empty, id: live.id, deployments: live.workflows, isStored: true }
    },
  }
}

interface FirstParts {
  readonly folder: LiveProject
  readonly settings: RunSettings
  readonly store: Store
  readonly deployments: LoadedDeployments
}

/** The folder becomes what is live, unless another replica was faster. A folder without workflows changes nothing. */
async function deployFolder({ folder, settings, store, deployments }: FirstParts): Promise<void> {
  const { id, deployments: workflows } = folder.status()
  if (id === undefined) return
  deployments.adopt(id, workflows, settings)
  const by = { event: 'server.started' as const, clientId: null, name: 'start' }
  await storeFolder({ workflows, settings }, { store, by, now: () => store.nowMs() })
}

/** The line of the workflow's source, for the page of a sign-in that fails. */
export function sourceLineOf(
  project: ServedProject,
  at: Parameters<typeof sourceLineAt>[1],
): string | undefined {
  return project
    .status()
    .deployments.map(({ bundle }) => sourceLineAt(bundle, at))
    .find((line) => line !== undefined)
}
