// What the server takes from the environment of its process: secrets that belong on no command line, and what a container sets.
import { environmentVariable } from './environment.ts'

export interface ServerEnvironment {
  /** MINTAGE_MASTER_KEY: 32 bytes as base64. */
  readonly masterKey: string | undefined
  /** MINTAGE_DATABASE_URL: a Postgres address, with its password. */
  readonly databaseUrl: string | undefined
  /** MINTAGE_ISSUER. */
  readonly issuer: string | undefined
  /** MINTAGE_TRUSTED_PROXIES: addresses and ranges, separated by commas. */
  readonly trustedProxies: readonly string[]
  /** MINTAGE_LOG_LEVEL. */
  readonly logLevel: string | undefined
  /** MINTAGE_DRAIN_DELAY: seconds. */
  readonly drainDelay: string | undefined
  /** MINTAGE_WORKFLOW_THREADS: a number. */
  readonly workflowThreads: string | undefined
}

export function readServerEnvironment(): ServerEnvironment {
  return {
    masterKey: environmentVariable('MINTAGE_MASTER_KEY'),
    databaseUrl: environmentVariable('MINTAGE_DATABASE_URL'),
    issuer: environmentVariable('MINTAGE_ISSUER'),
    trustedProxies: (environmentVariable('MINTAGE_TRUSTED_PROXIES') ?? '')
      .split(',')
      .flatMap((entry) => entry.trim() || []),
    logLevel: environmentVariable('MINTAGE_LOG_LEVEL'),
    drainDelay: environmentVariable('MINTAGE_DRAIN_DELAY'),
    workflowThreads: environmentVariable('MINTAGE_WORKFLOW_THREADS'),
  }
}
