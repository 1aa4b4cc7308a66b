// The image without a container engine: the steps of the Containerfile, executed in a folder, and the server that comes of them, as a user
// who may write to the volume only.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test, type TestContext } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { freePort } from '../harness/free-port.ts'
import { repositoryRoot } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { buildImage, type Image } from './containerfile.ts'
import { openWorkplace, pack } from './installation.ts'

const masterKey = Buffer.alloc(32, 9).toString('base64')
const isRoot = process.getuid?.() === 0
/** A user who owns no file. Without the rights of root, the test makes the files read-only instead. */
const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}

let root: string
let image: Image
const cleanUps: (() => Promise<void>)[] = []
const lifetime = { after: (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp) }

before(async () => {
  const workplace = await openWorkplace(lifetime)
  root = await realpath(await mkdtemp(join(tmpdir(), 'mintage-image-')))
  lifetime.after(async () => {
    await workplace.type(`chmod -R u+w ${root}`)
    await rm(root, { recursive: true, force: true })
  })
  await chmod(root, 0o755)
  const context = join(workplace.folder, 'context')
  await mkdir(context)
  const { tarball } = await pack(lifetime, workplace)
  await cp(tarball, join(context, basename(tarball)))
  // The test's registry packs the packages anew, so their hashes are others.
  const lock: unknown = JSON.parse(
    await readFile(join(repositoryRoot, 'package-lock.json'), 'utf8'),
    (key, value: unknown) => (key === 'integrity' ? undefined : value),
  )
  await writeFile(join(context, 'package-lock.json'), JSON.stringify(lock))
  image = await buildImage({ file: join(repositoryRoot, 'Containerfile'), context, root, workplace })

  await cp(join(repositoryRoot, 'examples/claim-format/bare'), join(root, 'project'), { recursive: true })
  await writeFile(join(root, 'project/mintage.yaml'), 'applications: { machine: { type: m2m } }\n')
  if (!isRoot) await workplace.type(`chmod -R a-w ${root} && chmod 0777 ${root}/data`)
})

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

/** Every file of the image but those in `volumes`, with what writing to it changes. */
async function filesOutsideOf(volumes: readonly string[]): Promise<readonly string[]> {
  const files = await readdir(root, { recursive: true })
  const kept = files.filter((file) => !volumes.some((volume) => `/${file}/`.startsWith(`${volume}/`)))
  return Promise.all(
    kept.toSorted().map(async (file) => {
      const { mode, size, mtimeMs } = await stat(join(root, file))
      return [file, mode, size, mtimeMs].join(' ')
    }),
  )
}

function spawnIn(words: readonly string[], port: number, environment: Readonly<Record<string, string>>) {
  const [program = '', ...args] = words.map((word) =>
    word
      .replace(/^\/(?=\w)/, `${root}/`)
      .replace(':4000/', `:${String(port)}/`)
      // The network of a container is its own; that of this machine stays closed.
      .replace('0.0.0.0', '127.0.0.1'),
  )
  return spawn(join(root, 'usr/local/bin', program), args, {
    cwd: join(root, image.workingFolder),
    env: { ...image.environment, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  })
}

async function healthCheck(port: number): Promise<unknown> {
  const child = spawnIn(image.healthCheck, port, {})
  child.stdout.resume()
  const [code]: unknown[] = await once(child, 'exit')
  return code
}

/** Resolves once the server is ready. */
async function serve(t: TestContext, environment: Readonly<Record<string, string>>) {
  const port = await freePort('127.0.0.1')
  const issuer = `http://localhost:${String(port)}`
  const child = spawnIn([...image.command, '--port', String(port)], port, {
    ...environment,
    MINTAGE_ISSUER: issuer,
    MINTAGE_DRAIN_DELAY: '0',
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const printed: string[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      printed.push(line)
      if (line.includes('"server_ready"')) ready.resolve()
    })
    .on('close', () => ready.reject(new Error(`the server ended: ${printed.join('\n')}`)))
  await ready.promise
  return {
    port,
    issuer,
    async stop() {
      child.kill('SIGTERM')
      const [code]: unknown[] = await exited
      return code
    },
  }
}

describe('the image', () => {
  test('runs as a user on a Node of the version that the package asks for, with one volume', async () => {
    const { engines } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    const major = /^>=(\d+)/.exec(engines.node)?.[1]
    assert.match(image.base, new RegExp(`^node:${major}-slim$`))
    assert.equal(image.user, 'node')
    assert.deepEqual(image.volumes, ['/data'])
    assert.deepEqual(image.ports, ['4000'])
  })

  test('serves a project, writes to its volume only, and is healthy while it serves', async (t) => {
    const before = await filesOutsideOf(image.volumes)
    const { port, issuer, stop } = await serve(t, { MINTAGE_MASTER_KEY: masterKey })
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
    assert.equal(Reflect.get(Object(await discovery.json()), 'issuer'), issuer)
    assert.equal(await healthCheck(port), 0)
    assert.equal(await stop(), 0)
    assert.equal(await healthCheck(port), 1)
    assert.deepEqual(await filesOutsideOf(image.volumes), before)
    assert.ok((await readdir(join(root, 'data'))).includes('mintage.db'))
  })
})

const composeSchema = z.object({
  services: z.object({
    mintage: z.looseObject({
      build: z.object({ context: z.string(), dockerfile: z.string() }),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      read_only: z.literal(true),
      ports: z.array(z.string()),
    }),
    postgres: z.looseObject({ environment: z.record(z.string(), z.string()) }),
  }),
  volumes: z.record(z.string(), z.unknown()),
})

test('compose.yaml runs the image on Postgres with a read-only root and writes no file', async (t) => {
  const file: unknown = parse(await readFile(join(repositoryRoot, 'compose.yaml'), 'utf8'))
  const { services, volumes } = composeSchema.parse(file)
  const { build, environment, volumes: mounts, ports } = services.mintage
  assert.ok((await stat(join(repositoryRoot, build.context, build.dockerfile))).isFile())
  // Nothing but the machine itself reaches it without a proxy.
  assert.ok(ports.every((port) => port.startsWith('127.0.0.1:')))
  const targets = mounts.map((mount) => mount.replace(/^\$\{.*?\}|^\w+/, '').replace(/:ro$/, ''))
  assert.deepEqual(targets, [':/project', ':/data'])
  for (const [name] of mounts.flatMap((mount) => [...mount.matchAll(/^\w+/g)])) assert.ok(name in volumes)
  const documented = await readFile(join(repositoryRoot, 'docs/reference/cli.md'), 'utf8')
  for (const name of Object.keys(environment)) assert.ok(documented.includes(`\`${name}\``), name)
  const { POSTGRES_USER, POSTGRES_DB } = services.postgres.environment
  const [, address = ''] = /^postgres:\/\/(.*)$/.exec(environment['MINTAGE_DATABASE_URL'] ?? '') ?? []
  assert.match(address, new RegExp(`^${POSTGRES_USER}:.*@postgres:5432/${POSTGRES_DB}$`))

  const postgres = await startPostgres(lifetime)
  const before = await filesOutsideOf([])
  const { port, stop } = await serve(t, {
    MINTAGE_MASTER_KEY: masterKey,
    MINTAGE_DATABASE_URL: await postgres.createDatabase(),
    MINTAGE_TRUSTED_PROXIES: '',
  })
  assert.equal(await healthCheck(port), 0)
  assert.equal(await stop(), 0)
  assert.deepEqual(await filesOutsideOf([]), before)
})
