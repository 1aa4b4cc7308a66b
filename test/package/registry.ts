// A registry of npm packages on the loopback address: it serves what `npm ci` installed in this checkout, and nothing else. So a test runs
// a real `npm install` without the network, and a dependency that package.json does not declare is missing afterwards.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { listenFor, type Lifetime } from '../harness/http-server.ts'
import { repositoryRoot } from '../harness/mintage-command.ts'

const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) })
const manifestSchema = z.looseObject({ name: z.string(), version: z.string() })

interface InstalledPackage {
  readonly folder: string
  readonly manifest: z.infer<typeof manifestSchema>
}

/** Resolves to its address. */
export async function startRegistry(lifetime: Lifetime): Promise<string> {
  const packages = installedPackages()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  const { origin } = await listenFor(lifetime, server)

  async function answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', version] = decodeURIComponent(url).split(/^\/|\/-\//)
    const found = packages.filter(({ manifest }) => manifest.name === name)
    const one = found.find(({ manifest }) => manifest.version === version)
    if (one !== undefined) response.end(await tarball(one.folder))
    else if (found.length === 0 || version !== undefined) response.writeHead(404).end('{}')
    else response.end(JSON.stringify(document(name, found)))
  }

  function document(name: string, found: readonly InstalledPackage[]): unknown {
    const versions = found.map(({ manifest }) => {
      const dist = { tarball: `${origin}/${name}/-/${manifest.version}` }
      return [manifest.version, { ...manifest, dist }]
    })
    return { name, 'dist-tags': { latest: versions[0]?.[0] }, versions: Object.fromEntries(versions) }
  }

  return origin
}

/** Packages for other platforms are in the lock file and not on the disk. */
function installedPackages(): readonly InstalledPackage[] {
  const { packages } = lockSchema.parse(read(join(repositoryRoot, 'package-lock.json')))
  return Object.keys(packages).flatMap((path) => {
    const folder = join(repositoryRoot, path)
    const manifest =
      path === '' ? undefined : manifestSchema.safeParse(read(join(folder, 'package.json'))).data
    return manifest === undefined ? [] : [{ folder, manifest }]
  })
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

async function tarball(folder: string): Promise<Buffer> {
  const parent = await mkdtemp(join(tmpdir(), 'registry-'))
  try {
    // Packages that were nested here are packages of their own.
    const nested = `${folder}${sep}node_modules`
    await cp(folder, join(parent, 'package'), { recursive: true, filter: (path) => path !== nested })
    const tar = spawn('tar', ['-cf', '-', '-C', parent, 'package'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [bytes, [code]] = await Promise.all([buffer(tar.stdout), once(tar, 'exit')])
    if (code !== 0) throw new Error(`tar ended with exit code ${String(code)}`)
    return gzipSync(bytes, { level: 1 })
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}
