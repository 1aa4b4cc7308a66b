// One commit of a repository, as files in a folder. Remote repositories are fetched over http(s) by the server's guarded client, a local
// one is read where it is and never written. What comes out is data: no hook, no filter, no submodule, no symbolic link.
import fs from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import git, { type HttpClient } from 'isomorphic-git'
import { ConfigError } from '../errors/index.ts'
import { makeFolder } from '../files/index.ts'

export interface RepositoryPlace {
  /** An http(s) address, or the absolute path of a local repository. */
  readonly repository: string
  readonly branch: string
  /** Of the project in the repository. */
  readonly folder: string
  readonly token: string | undefined
}

export interface FetchedCommit {
  readonly id: string
  readonly author: string
}

export type Fetch = (address: string, init: RequestInit) => Promise<Response>

/** Bytes of all files together, and how many. */
const mostBytes = 64 * 1024 * 1024
const mostFiles = 20_000

export function isRemote(repository: string): boolean {
  return /^https?:\/\//.test(repository)
}

/** The newest commit of the branch. Throws ConfigError `git_unreachable`, `git_branch_missing`. */
export async function newestCommit(place: RepositoryPlace, fetch: Fetch): Promise<string> {
  const { repository, branch } = place
  if (!isRemote(repository)) return localHead(place)
  const refs = await git
    .listServerRefs({
      http: client(fetch),
      url: repository,
      protocolVersion: 1,
      prefix: `refs/heads/${branch}`,
      ...credentials(place),
    })
    .catch((error: unknown) => {
      throw unreachable(repository, error)
    })
  const found = refs.find(({ ref }) => ref === `refs/heads/${branch}`)
  if (!found) throw branchMissing(place)
  return found.oid
}

async function localHead({ repository, branch, ...place }: RepositoryPlace): Promise<string> {
  const gitdir = localGitFolder(repository)
  try {
    return await git.resolveRef({ fs, gitdir, ref: `refs/heads/${branch}` })
  } catch {
    throw branchMissing({ repository, branch, ...place })
  }
}

/** Throws ConfigError `git_unreachable`. */
function localGitFolder(repository: string): string {
  const inside = join(repository, '.git')
  const found = [inside, repository].find((folder) => fs.existsSync(join(folder, 'HEAD')))
  if (found === undefined) throw unreachable(repository, new Error('there is no git repository'))
  return found
}

/** Writes the files of a commit into `target`. `scratch` is for what is fetched. Throws ConfigError `git_unreachable`, `git_too_large`. */
export async function checkOut(
  commit: string,
  place: RepositoryPlace,
  { target, scratch }: { readonly target: string; readonly scratch: string },
  fetch: Fetch,
): Promise<FetchedCommit> {
  const gitdir = isRemote(place.repository)
    ? await fetched(place, scratch, fetch)
    : localGitFolder(place.repository)
  try {
    return await writtenFiles(commit, place, { gitdir, target })
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw unreachable(place.repository, error)
  }
}

async function writtenFiles(
  commit: string,
  place: RepositoryPlace,
  { gitdir, target }: { readonly gitdir: string; readonly target: string },
): Promise<FetchedCommit> {
  let [files, bytes] = [0, 0]
  const cache = {}
  await git.walk({
    fs,
    gitdir,
    cache,
    trees: [git.TREE({ ref: commit })],
    async map(path, [entry]) {
      if (!entry || path === '.') return path
      if (!isPlainPath(path)) return null
      if ((await entry.type()) === 'tree') return path
      const isFile = (await entry.type()) === 'blob' && (await entry.mode()) !== symbolicLink
      const content = isFile ? await entry.content() : undefined
      if (!content) return null
      files += 1
      bytes += content.byteLength
      if (files > mostFiles || bytes > mostBytes) throw tooLarge(place)
      await makeFolder(dirname(join(target, path)))
      await writeFile(join(target, path), content)
      return path
    },
  })
  const [log] = await git.log({ fs, gitdir, cache, ref: commit, depth: 1 })
  return { id: commit, author: log?.commit.author.name ?? '' }
}

const symbolicLink = 0o120_000

/** A tree may hold any name; none leaves the folder, and none is git's own. */
function isPlainPath(path: string): boolean {
  return path
    .split('/')
    .every(
      (name) =>
        name !== '' && name !== '.' && name !== '..' && name.toLowerCase() !== '.git' && !name.includes('\\'),
    )
}

async function fetched(place: RepositoryPlace, gitdir: string, fetch: Fetch): Promise<string> {
  await git.init({ fs, dir: gitdir, gitdir })
  await git.addRemote({ fs, gitdir, remote: 'origin', url: place.repository })
  await git
    .fetch({
      fs,
      http: client(fetch),
      gitdir,
      remote: 'origin',
      ref: place.branch,
      singleBranch: true,
      depth: 1,
      tags: false,
      ...credentials(place),
    })
    .catch((error: unknown) => {
      throw unreachable(place.repository, error)
    })
  return gitdir
}

/** Servers take a token as the password of any user; this is the name that GitHub and GitLab document. */
function credentials({ token }: RepositoryPlace) {
  return token === undefined
    ? {}
    : {
        onAuth: () => ({ username: 'x-access-token', password: token }),
        onAuthFailure: () => ({ cancel: true }),
      }
}

/** isomorphic-git’s HTTP over the guarded client: answers are bounded and whole. */
function client(send: Fetch): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const parts: Uint8Array[] = []
      if (body) for await (const part of body) parts.push(part)
      const response = await send(url, {
        method,
        headers,
        ...(parts.length > 0 && { body: Buffer.concat(parts) }),
      })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return {
        url,
        method,
        headers: Object.fromEntries(response.headers),
        statusCode: response.status,
        statusMessage: response.statusText,
        // oxlint-disable-next-line require-await -- the library wants an iterable that may wait
        body: (async function* () {
          yield bytes
        })(),
      }
    },
  }
}

const longestReason = 300

/** The library’s text names the address and the status, never the token. */
function unreachable(repository: string, cause: unknown): ConfigError {
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  const reason = said.slice(0, longestReason).replace(/[. ]+$/, '')
  return new ConfigError('git_unreachable', `The repository ${repository} cannot be read: ${reason}.`, {
    cause,
  })
}

function branchMissing({ repository, branch }: RepositoryPlace): ConfigError {
  return new ConfigError(
    'git_branch_missing',
    `The repository ${repository} has no branch ${JSON.stringify(branch)}.`,
  )
}

function tooLarge({ repository }: RepositoryPlace): ConfigError {
  return new ConfigError(
    'git_too_large',
    `The repository ${repository} has more than ${String(mostFiles)} files or 64 MiB.`,
  )
}
