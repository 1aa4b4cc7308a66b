// How a server is started: what the command line and the environment of the process say. What the project says, its
// mintage.yaml, is read when the server opens.
import { fileURLToPath } from 'node:url'
import type { Answers } from '../runtime/host-calls/index.ts'
import type { LogLevel } from '../telemetry/index.ts'

export interface ServerSettings {
  readonly projectDir: string
  /** The demo that Mintage brings along: its users and secrets are in the open. */
  readonly isDemo: boolean
  /** Refuses what is fine on a developer's machine only. */
  readonly isProduction: boolean
  /** No workflow runs: tokens hold the default claims, and the log says so with each of them. */
  readonly isSafeMode?: boolean
  readonly host: string
  /** The project's folder becomes the live deployment at the start, whatever is live in the database. */
  readonly projectWins?: boolean
  /** 0 takes a free one. */
  readonly port: number
  /** Without a trailing slash; the address of the server on this machine when not given. */
  readonly issuer: string | undefined
  /** Holds the embedded database and the master key that was made for it. */
  readonly dataDir: string
  /** Postgres, in place of the embedded database. */
  readonly databaseUrl: string | undefined
  /** 32 bytes as base64. */
  readonly masterKey: string | undefined
  readonly trustedProxies: readonly string[]
  /** Whether the playground is there. */
  readonly hasPlayground: boolean
  readonly logLevel: LogLevel
  /** How long the server goes on serving after a stop signal, while `/readyz` already says 503. */
  readonly drainDelayMs: number
  /** How many threads share the runs of workflows: one for each processor, at least two, when not given. */
  readonly workflowThreads?: number
  /** Every event goes to this address as well, without a webhook; in development only. */
  readonly forwardWebhooks?: string
  /** A folder with type errors is not served: what was live stays; in development only. */
  readonly strictTypes?: boolean
  /** Stand in for the servers that workflows call; in development only. */
  readonly answers?: Answers
}

export const demoProjectDir: string = fileURLToPath(new URL('../../examples/demo', import.meta.url))

/** Hosts that only this machine reaches; names under `localhost` are among them (RFC 6761 §6.3). */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}
