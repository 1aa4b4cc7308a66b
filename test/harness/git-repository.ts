// A git repository in a temporary folder, and a server that offers it by git's smart HTTP, in plain JavaScript: the tests need no git.
import fs from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { once } from 'node:events'
import git from 'isomorphic-git'
import type { Lifetime } from './http-server.ts'

export interface GitRepository {
  readonly dir: string
  /** Resolves to the id of the new commit. */
  commit(files: Readonly<Record<string, string>>): Promise<string>
  /** A file of this name at the top, which need not be one that a file system takes. */
  commitNamed(name: string, text: string): Promise<string>
}

const author = { name: 'Ada Lovelace', email: 'ada@example.com' }

export async function makeRepository(t: Lifetime): Promise<GitRepository> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'mintage-repository-')))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await git.init({ fs, dir, defaultBranch: 'main' })
  return {
    dir,
    async commit(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(dir, name)), { recursive: true })
        await writeFile(join(dir, name), text)
        await git.add({ fs, dir, filepath: name })
      }
      return git.commit({ fs, dir, author, message: 'a change' })
    },
    async commitNamed(name, text) {
      const head = await git.resolveRef({ fs, dir, ref: 'main' })
      const { tree } = await git.readTree({ fs, dir, oid: head })
      const oid = await git.writeBlob({ fs, dir, blob: Buffer.from(text) })
      const changed = await git.writeTree({
        fs,
        dir,
        tree: [...tree, { mode: '100644', path: name, oid, type: 'blob' }],
      })
      return git.commit({ fs, dir, author, message: 'a name', tree: changed })
    },
  }
}

export interface GitServer {
  /** The address of the repository. */
  readonly url: string
  readonly requests: readonly string[]
  stop(): Promise<void>
}

/** Asks for `token` as the password of HTTP basic authentication (RFC 7617). */
export async function serveRepository(
  t: Lifetime,
  { dir }: GitRepository,
  token: string,
): Promise<GitServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    if (!given.endsWith(`:${token}`)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return
    }
    const isAdvertised = request.method === 'GET'
    const name = isAdvertised ? 'advertisement' : 'result'
    request.resume()
    const body = isAdvertised ? advertisement(dir) : result(dir)
    body.then(
      (bytes) =>
        response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${name}` }).end(bytes),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
  t.after(stop)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${String(port)}/project.git`, requests, stop }
}

const flush = Buffer.from('0000')

/** pkt-line (gitprotocol-common). */
function line(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

async function advertisement(dir: string): Promise<Buffer> {
  const head = await git.resolveRef({ fs, dir, ref: 'main' })
  const capabilities = 'side-band-64k shallow no-progress symref=HEAD:refs/heads/main agent=test'
  return Buffer.concat([
    line('# service=git-upload-pack\n'),
    flush,
    line(`${head} HEAD\0${capabilities}\n`),
    line(`${head} refs/heads/main\n`),
    flush,
  ])
}

/** The newest commit with all of its files, whatever was asked for. */
async function result(dir: string): Promise<Buffer> {
  const head = await git.resolveRef({ fs, dir, ref: 'main' })
  const oids = [head]
  await git.walk({
    fs,
    dir,
    trees: [git.TREE({ ref: head })],
    async map(path, [entry]) {
      if (entry) oids.push(await entry.oid())
      return path
    },
  })
  const { packfile } = await git.packObjects({ fs, dir, oids })
  const bytes = Buffer.from(packfile ?? [])
  const parts: Buffer[] = []
  for (let start = 0; start < bytes.length; start += 60_000)
    parts.push(line(Buffer.concat([Buffer.from([1]), bytes.subarray(start, start + 60_000)])))
  return Buffer.concat([line(`shallow ${head}\n`), flush, line('NAK\n'), ...parts, flush])
}
