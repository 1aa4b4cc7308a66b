// A complete server as `mintage start` opens it, in this process: on a free port, with data in a folder of its own. The project is the
// demo, or a copy of it that a test may edit.
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  demoProjectDir,
  openServer,
  type ProjectChange,
  type RunningServer,
  type ServerSettings,
} from '../../src/app/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import type { Lifetime } from './http-server.ts'
import { assertServerReplays } from './replays.ts'

export interface TestServer {
  readonly server: RunningServer
  /** The project's folder. */
  readonly dir: string
  readonly logLines: readonly string[]
  readonly shown: readonly string[]
  /** Resolves with the next change of the project that is told; `watch` must be set. */
  nextChange(): Promise<ProjectChange>
}

interface ServerGiven {
  readonly settings?: Partial<ServerSettings>
  /** Follows the project: a copy of the demo, unless the settings name another one. */
  readonly watch?: boolean
}

export async function openTestServer(
  lifetime: Lifetime,
  { settings = {}, watch = false }: ServerGiven = {},
): Promise<TestServer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mintage-server-')))
  const dir = settings.projectDir ?? (watch ? join(folder, 'project') : demoProjectDir)
  if (watch && settings.projectDir === undefined) await cp(demoProjectDir, dir, { recursive: true })
  const logLines: string[] = []
  const shown: string[] = []
  const changes: ProjectChange[] = []
  const waiting: ((change: ProjectChange) => void)[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => void logLines.push(line) })
  const server = await openServer(
    { ...developing(dir, join(folder, 'data')), ...(watch && { isDemo: true }), ...settings },
    {
      log,
      show: (text) => void shown.push(text),
      ...(watch && {
        onProjectChange(change: ProjectChange) {
          const next = waiting.shift()
          if (next) next(change)
          else changes.push(change)
        },
      }),
    },
  )
  let isClosed = false
  const close = (delayMs?: number) => {
    isClosed = true
    return server.close(delayMs)
  }
  lifetime.after(async () => {
    try {
      // A database that the test started is closed by now.
      if (settings.databaseUrl === undefined && !isClosed) await assertServerReplays(server.store)
    } finally {
      await close()
      await rm(folder, { recursive: true, force: true })
    }
  })
  const nextChange = () =>
    new Promise<ProjectChange>((resolve) => {
      const change = changes.shift()
      if (change) resolve(change)
      else waiting.push(resolve)
    })
  return { server: { ...server, close }, dir, logLines, shown, nextChange }
}

export function developing(projectDir: string, dataDir: string): ServerSettings {
  return {
    projectDir,
    isDemo: projectDir === demoProjectDir,
    isProduction: false,
    host: 'localhost',
    port: 0,
    issuer: undefined,
    dataDir,
    databaseUrl: undefined,
    masterKey: undefined,
    trustedProxies: [],
    hasPlayground: true,
    logLevel: 'debug',
    drainDelayMs: 0,
  }
}
