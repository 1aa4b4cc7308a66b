// A branch of a repository is followed: newest commit → files → build → deployment → live, as `mintage deploy` would have done it, and a
// record of what became of it. Whatever fails leaves what is live as it is; the same commit is not tried twice.
import { mkdir, realpath, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  contentId,
  contentOfBuild,
  deploy,
  type DeploymentContent,
  type RunPlace,
} from '../deployments/index.ts'
import { AppError, errorCodes, WorkflowError } from '../errors/index.ts'
import { makeTemporaryFolder } from '../files/index.ts'
import type { Store } from '../store/index.ts'
import { buildProject, findProject, type RunSettings } from '../workflows/index.ts'
import { checkOut, newestCommit, type Fetch, type FetchedCommit, type RepositoryPlace } from './repository.ts'
import { isOfPlace, listGitSyncs, syncRecorded, type GitSync, type SyncProblem } from './sync-log.ts'

export interface GitSyncDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'deployments' | 'audit'>
  readonly place: RunPlace
  /** What of its settings the deployment of a project in this folder carries along. */
  readonly settingsOf: (dir: string) => Promise<RunSettings>
  readonly bundleBytes: number
  readonly fetch: Fetch
  readonly now: () => number
}

/** Resolves to what was recorded; undefined when there is nothing new. */
export async function syncRepository(
  place: RepositoryPlace,
  deps: GitSyncDeps,
): Promise<GitSync | undefined> {
  const found = await newest(place, deps)
  const before = (await listGitSyncs(deps.store)).filter((sync) => isOfPlace(sync, place))
  if ('code' in found) {
    // A repository that is away is recorded once, not at each turn, also when several reasons take turns.
    const newest = before.findIndex(({ commit }) => commit !== null)
    const isKnown = before
      .slice(0, newest === -1 ? undefined : newest)
      .some(({ problems }) => problems[0]?.message === found.message)
    return isKnown ? undefined : recorded(syncOf(place, 'unreachable', { problems: [found] }), deps)
  }
  const last = before.find(({ commit }) => commit !== null)
  if (last?.commit === found.commit) return undefined
  const sync = await deployCommit(found.commit, place, { ...deps, isFirst: last === undefined })
  const isAway = sync.outcome === 'unreachable'
  return isAway && before[0]?.problems[0]?.message === sync.problems[0]?.message
    ? undefined
    : recorded(sync, deps)
}

async function newest(
  place: RepositoryPlace,
  { fetch }: GitSyncDeps,
): Promise<SyncProblem | { readonly commit: string }> {
  try {
    return { commit: await newestCommit(place, fetch) }
  } catch (error) {
    return problemOf(error)
  }
}

/** `isFirst`: no record says that a commit of this branch was tried. */
async function deployCommit(
  commit: string,
  place: RepositoryPlace,
  deps: GitSyncDeps & { readonly isFirst: boolean },
): Promise<GitSync> {
  const root = await realpath(await makeTemporaryFolder('mintage-git-'))
  const [target, scratch] = [join(root, 'project'), join(root, 'git')]
  let fetched: FetchedCommit | undefined
  try {
    await mkdir(target)
    fetched = await checkOut(commit, place, { target, scratch }, deps.fetch)
    const { id, problems } = await deployFolder(join(target, place.folder), fetched, place, deps)
    const outcome = problems.length > 0 ? 'failed' : 'deployed'
    return syncOf(place, outcome, { commit, author: fetched.author, deployment: id, problems })
  } catch (error) {
    const isAway = error instanceof AppError && error.code === 'git_unreachable'
    const found = error instanceof BuildFailures ? error.problems : [problemOf(error)]
    const problems = found.map((problem) =>
      withoutFolders(problem, [join(target, place.folder), target, root]),
    )
    const author = fetched?.author ?? null
    // A fetch that broke off is tried again: it is recorded without the commit.
    return syncOf(place, isAway ? 'unreachable' : 'failed', {
      commit: isAway ? null : commit,
      author,
      problems,
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** What is wrong with the author's files. */
class BuildFailures extends Error {
  readonly problems: SyncProblem[]

  constructor(problems: SyncProblem[]) {
    super('the project does not build')
    this.problems = problems
  }
}

/** The folders of a checkout have other names each time, and are the server's own. */
function withoutFolders({ message, at, ...problem }: SyncProblem, folders: readonly string[]): SyncProblem {
  const without = (text: string) =>
    folders.reduce((rest, folder) => rest.replaceAll(`${folder.replace(/\/$/, '')}/`, ''), text)
  return { ...problem, message: without(message), at: at && { ...at, file: without(at.file) } }
}

async function deployFolder(
  folder: string,
  { id: commit, author }: FetchedCommit,
  { repository, branch }: RepositoryPlace,
  deps: GitSyncDeps & { readonly isFirst: boolean },
) {
  const { place, bundleBytes } = deps
  const { sandbox, reservedClaims } = place
  // Not in a folder above it: that would be this machine's.
  if (!existsSync(join(folder, 'kinde.json')))
    throw new WorkflowError('project_not_found', 'There is no kinde.json in this folder of the repository.', {
      hint: 'Name the folder of the project with deployments.git.folder.',
    })
  const settings = await deps.settingsOf(folder)
  const { strictBindings, secureFetchEncoding } = settings
  const build = await buildProject(await findProject(folder), sandbox, {
    reservedClaims,
    strictBindings,
    secureFetchEncoding,
    bundleBytes,
  })
  if (build.failures.length > 0) throw new BuildFailures(build.failures.map(problemOf))
  for (const { prepared } of build.deployments) sandbox.release(prepared)
  const content = await contentOfBuild(build, settings)
  const buildLog = `Commit ${commit} by ${author}, branch ${branch} of ${repository}.`
  if (deps.isFirst && (await wasLiveBefore(content, buildLog, deps)))
    return { id: contentId(content), problems: [] }
  const by = { event: 'git.deployed' as const, clientId: null, name: `git: ${author}`.slice(0, 200) }
  const { deployment, problems } = await deploy(
    { content, isDraft: false, origin: 'git', buildLog },
    { store: deps.store, by, now: deps.now, place: () => Promise.resolve(place) },
  )
  return {
    id: deployment.id,
    problems: problems.map(({ code, message, at, hint = null }) => ({
      code,
      message,
      at: placeOf(at),
      hint,
    })),
  }
}

/** The audit log is pruned by age. A commit that it has forgotten must not take the place of what an operator made live since. */
async function wasLiveBefore(
  content: DeploymentContent,
  buildLog: string,
  { store }: Pick<GitSyncDeps, 'store'>,
): Promise<boolean> {
  const found = await store.deployments.find(contentId(content))
  return found?.wasLive === true && found.origin === 'git' && found.buildLog === buildLog
}

async function recorded(sync: GitSync, { store, now }: GitSyncDeps): Promise<GitSync> {
  await store.commit([syncRecorded(sync, now())])
  return sync
}

type Found = Partial<Pick<GitSync, 'commit' | 'author' | 'deployment' | 'problems'>>

function syncOf(
  { repository, branch, folder }: RepositoryPlace,
  outcome: GitSync['outcome'],
  found: Found,
): GitSync {
  return {
    repository,
    branch,
    folder,
    outcome,
    commit: null,
    author: null,
    deployment: null,
    problems: [],
    ...found,
  }
}

/** Rethrows a defect. */
function problemOf(error: unknown): SyncProblem {
  if (!(error instanceof AppError)) throw error
  const { code, message, at, hint = errorCodes[code].fix } = error
  return { code, message: message + importAdvice(error), at: placeOf(at), hint }
}

type Place = {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

function placeOf(at: Place | undefined): SyncProblem['at'] {
  return at === undefined ? null : { file: at.file, line: at.line ?? null, column: at.column ?? null }
}

/** Nothing installs packages here, so a missing one is the most likely mistake. */
function importAdvice({ message }: AppError): string {
  return /could not resolve/i.test(message)
    ? '. Mintage installs no packages for a repository: commit node_modules, or a bundled file.'
    : ''
}
