// Deployments from git: the recurring job that follows the branch, the job of a push, and the path that takes signed pushes.
import { resolve } from 'node:path'
import type { MintageSettings } from '../config/index.ts'
import type { RunPlace } from '../deployments/index.ts'
import {
  isRemote,
  isSignedPush,
  syncRepository,
  type GitSyncDeps,
  type RepositoryPlace,
} from '../git-sync/index.ts'
import type { FetchApp } from '../http/index.ts'
import type { JobKinds, RunningJob } from '../jobs/index.ts'
import { openGuardedFetch } from '../net/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { hasProjectFile, readProjectRunSettings } from './project-file.ts'
import { runLimits } from './run-limits.ts'
import { runSettings } from './served-project.ts'

export interface GitSyncParts {
  readonly settings: MintageSettings
  readonly projectDir: string
  readonly isProduction: boolean
  readonly store: Store
  readonly place: RunPlace
  readonly log: Logger
}

export interface GitDeployments {
  readonly jobs: JobKinds
  /** Undefined without a secret. */
  readonly webhook: FetchApp | undefined
  close(): Promise<void>
}

/** A fetch of a whole project takes longer than a call of a workflow. */
const fetchLimits = { callMs: 60_000, callBytes: 64 * 1024 * 1024 }
const retryMs = [5_000, 30_000]
/** Only one replica at a time looks at the branch, whether its turn has come or a push was reported. */
const syncKind = 'git-sync'

/** Undefined when no repository is followed. Looks at the branch at once, and from then on in its interval. */
export async function openGitSync(parts: GitSyncParts): Promise<GitDeployments | undefined> {
  const { settings, store, log } = parts
  const { git } = settings.deployments
  if (git === undefined) return undefined
  const outgoing = openGuardedFetch({
    allow: settings.egress.allow,
    isLoopbackAllowed: !parts.isProduction,
    limits: { ...runLimits(settings.limits), ...fetchLimits },
  })
  const place: RepositoryPlace = {
    repository: isRemote(git.repository) ? git.repository : resolve(parts.projectDir, git.repository),
    branch: git.branch,
    folder: git.folder,
    token: git.token?.reveal(),
  }
  const deps: GitSyncDeps = {
    store,
    place: parts.place,
    // As `mintage deploy` of that folder; a repository without the file is run as this server runs its own project.
    settingsOf: async (dir) =>
      runSettings(hasProjectFile(dir) ? await readProjectRunSettings(dir) : settings),
    bundleBytes: runLimits(settings.limits).bundleBytes,
    fetch: (address, init) => outgoing.fetch(address, init),
    now: () => store.nowMs(),
  }
  const run = async ({ signal }: RunningJob) => {
    // Again until nothing is new: a push that came meanwhile has queued nothing.
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one commit after the other
      const sync = await syncRepository(place, deps)
      if (sync === undefined) return
      const { outcome, commit, deployment, problems } = sync
      const fields = { commit, deployment, problem: problems[0]?.message }
      if (outcome === 'deployed') log.info('git_deployed', fields)
      else log.warn('git_not_deployed', { outcome, ...fields })
      signal.throwIfAborted()
    }
  }
  const secret = git.webhookSecret?.reveal()
  await askForSync(store)
  return {
    jobs: {
      'git-poll': { backoffMs: [], everyMs: git.pollSeconds * 1_000, run: () => askForSync(store) },
      [syncKind]: { backoffMs: retryMs, run },
    },
    webhook: secret === undefined ? undefined : webhook(secret, store),
    close: () => outgoing.close(),
  }
}

export const gitWebhookPath = '/webhooks/git'

/** Answers before the repository is looked at: its server waits seconds at most. */
function webhook(secret: string, store: Store): FetchApp {
  return {
    async fetch(request) {
      if (request.method !== 'POST') return answer(405, 'Send a push event by POST.')
      const body = new Uint8Array(await request.arrayBuffer())
      if (!isSignedPush(request.headers, body, secret))
        return answer(401, 'The signature is missing or wrong.')
      await askForSync(store)
      return answer(202, 'The branch will be looked at.')
    },
    onError: () => undefined,
  }
}

/** Queues nothing while one waits or runs. */
async function askForSync(store: Store): Promise<void> {
  const job = { kind: syncKind, payload: {}, enqueuedAtMs: store.nowMs(), uniqueKey: syncKind }
  await store.commit([{ kind: 'enqueue-job', job }])
}

function answer(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
