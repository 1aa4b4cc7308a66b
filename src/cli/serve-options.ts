// The options of `mintage start` and `mintage dev` as the settings of a server.
import { readServerEnvironment } from '../config/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import { isLoopback, parseIssuerUrl, type ServerSettings } from '../app/index.ts'
import { logLevels, type LogLevel } from '../telemetry/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { chooseProject, projectOptions } from './choose-project.ts'
import type { Command, CommandOption } from './command.ts'
import { dataOptions, parseDataOptions } from './data-options.ts'

export const serveOptions: readonly CommandOption[] = [
  ...projectOptions,
  { name: 'port', value: 'N', summary: 'The port to listen on. Default: 4000; 0 picks a free port.' },
  {
    name: 'host',
    value: 'HOST',
    summary: 'The address to listen on. Default: localhost, which only this machine reaches.',
  },
  ...dataOptions,
  {
    name: 'issuer',
    value: 'URL',
    summary: 'The address of the issuer in tokens. Default: http://localhost:PORT.',
  },
  {
    name: 'trusted-proxy',
    value: 'ADDRESS',
    repeatable: true,
    summary: 'Trust the X-Forwarded-For of this address or CIDR range; separate several by commas.',
  },
  {
    name: 'drain-delay',
    value: 'SECONDS',
    summary:
      'Keep serving this long after SIGTERM, with /readyz at 503. Default: 5 with --production, else 0.',
  },
  {
    name: 'workflow-threads',
    value: 'N',
    summary: 'Run workflows on this many threads. Default: one for each processor, at least 2.',
  },
  { name: 'log-level', value: 'LEVEL', summary: 'debug, info, warn or error. Default: info.' },
]

export interface ServeSettings extends ServerSettings {
  /** The demo, because the current folder is in no project. */
  readonly isDefaultProject: boolean
  /** The options with which other commands find the same data, as ` --data-dir data`; empty by default. */
  readonly placeOptions: string
}

const defaultPort = 4000
const workflowThreadsOption = '--workflow-threads (MINTAGE_WORKFLOW_THREADS)'

/** Throws ConfigError `usage`, `setting_insecure`, and WorkflowError `project_not_found`. */
export async function parseServeOptions(command: Command, given: CommandArguments): Promise<ServeSettings> {
  const environment = readServerEnvironment()
  const { dir, isDemo, by, dataDir } = await chooseProject(given)
  const isProduction = given.has('production')
  const issuer = given.value('issuer') ?? environment.issuer
  const workflowThreads = given.value('workflow-threads') ?? environment.workflowThreads
  return {
    projectDir: dir,
    isDemo,
    isDefaultProject: by === 'default',
    placeOptions: placeOptions(given),
    isProduction,
    host: parseHost(given.value('host'), isDemo),
    port: parsePort(command, given.value('port')),
    issuer: issuer === undefined ? undefined : parseIssuerUrl(issuer),
    ...parseDataOptions(given, dataDir),
    trustedProxies: [...environment.trustedProxies, ...given.values('trusted-proxy').flatMap(listed)],
    hasPlayground: !isProduction || given.has('playground'),
    logLevel: parseLogLevel(command, given.value('log-level') ?? environment.logLevel),
    drainDelayMs: parseDrainDelay(
      command,
      given.value('drain-delay') ?? environment.drainDelay ?? (isProduction ? '5' : '0'),
    ),
    ...(workflowThreads !== undefined && {
      // Each takes memory of its own: more than 64 is a mistake.
      workflowThreads: parseNumber(command, workflowThreads, workflowThreadsOption, 1, 64),
    }),
  }
}

/** As in MINTAGE_TRUSTED_PROXIES. */
function listed(text: string): string[] {
  return text.split(',').map((part) => part.trim())
}

function placeOptions(given: CommandArguments): string {
  const named = ['project', 'data-dir'].flatMap((name) => {
    const value = given.value(name)
    return value === undefined ? [] : [` --${name} ${value}`]
  })
  // Its value holds a password.
  const database = given.has('database-url') ? [' --database-url URL'] : []
  return [...(given.has('demo') ? [' --demo'] : []), ...named, ...database].join('')
}

/** The demo's passwords are public, so only this machine may reach it. */
function parseHost(host: string | undefined, isDemo: boolean): string {
  if (host === undefined) return 'localhost'
  if (isDemo && !isLoopback(host)) {
    throw new ConfigError('setting_insecure', 'The demo project is served to this machine alone.', {
      hint: 'Leave --host out, or name your own project with --project DIR.',
    })
  }
  return host
}

function parsePort(command: Command, text: string | undefined): number {
  return text === undefined ? defaultPort : parseNumber(command, text, '--port', 0, 65_535)
}

function parseNumber(command: Command, text: string, option: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw usage(command, `${option} needs a number from ${String(least)} to ${String(most)}.`)
}

/** An hour at most: longer is a mistake of units. */
function parseDrainDelay(command: Command, text: string): number {
  const seconds = Number(text)
  if (/^\d+(?:\.\d+)?$/.test(text) && seconds <= 3_600) return seconds * 1_000
  throw usage(command, '--drain-delay (MINTAGE_DRAIN_DELAY) needs a number of seconds from 0 to 3600.')
}

function parseLogLevel(command: Command, text: string | undefined): LogLevel {
  if (text === undefined) return 'info'
  const level = logLevels.find((known) => known === text)
  if (level !== undefined) return level
  const meant = nearest(text, logLevels)
  throw usage(
    command,
    `There is no log level ${JSON.stringify(text)}.`,
    meant === undefined ? `The levels are ${logLevels.join(', ')}.` : `Did you mean ${meant}?`,
  )
}
