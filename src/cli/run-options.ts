// The options of `mintage run` as values. Texts here never repeat what was given for --secret and --encryption-key.
import { ConfigError, nearest } from '../errors/index.ts'
import { parseEncryptionKey } from '../runtime/host-calls/index.ts'
import {
  defaultLimits,
  type Environment,
  type EnvironmentVariable,
  type RunLimits,
} from '../runtime/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'

export interface RunOptions {
  readonly environment: Environment
  readonly limits: RunLimits
  readonly allowHosts: readonly string[]
  readonly strictBindings: boolean
  readonly strictClaims: boolean
  readonly encryptionKey: Buffer | undefined
  readonly secureFetchEncoding: 'base64' | 'base64url'
}

const run = { name: 'run' }

/** Upper bounds where a larger limit would break the host and not the run. Claims are checked recursively. */
const largestLimits: Partial<Record<keyof RunLimits, number>> = {
  claimsDepth: 512,
  memoryBytes: 1024 ** 3,
}
const largestLimit = 2 ** 31 - 1

/** Throws ConfigError `usage`. */
export function parseRunOptions(given: CommandArguments): RunOptions {
  const encryptionKey = given.value('encryption-key')
  return {
    environment: parseEnvironment(given),
    limits: parseLimits(given.values('limit')),
    allowHosts: given.values('allow-host'),
    strictBindings: given.has('strict-bindings'),
    strictClaims: given.has('strict-claims'),
    encryptionKey: encryptionKey === undefined ? undefined : parseEncryptionKey(encryptionKey),
    secureFetchEncoding: parseEncoding(given.value('secure-fetch-encoding')),
  }
}

/** Of --env and --secret. Throws ConfigError `usage`. */
export function parseEnvironment(given: CommandArguments, command: Pick<Command, 'name'> = run): Environment {
  const variables = new Map<string, EnvironmentVariable>()
  for (const option of ['env', 'secret']) {
    for (const assignment of given.values(option)) {
      const [, name, value] = assignment.match(/^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s) ?? []
      if (name === undefined || value === undefined) {
        throw usage(command, `--${option} needs NAME=VALUE, with a name of letters, digits and underscores.`)
      }
      if (variables.has(name)) throw usage(command, `The environment variable ${name} is given twice.`)
      variables.set(name, { value, isSecret: option === 'secret' })
    }
  }
  return Object.fromEntries(variables)
}

function parseLimits(assignments: readonly string[]): RunLimits {
  return assignments.reduce((limits, assignment) => ({ ...limits, ...parseLimit(assignment) }), defaultLimits)
}

function parseLimit(assignment: string): Partial<Record<string, number>> {
  const [name = '', value = ''] = assignment.split('=', 2)
  const key = limitNames().find((known) => known === name)
  if (key === undefined) {
    const meant = nearest(name, limitNames())
    throw usage(
      run,
      `There is no limit ${JSON.stringify(name)}; the limits are ${limitNames().join(', ')}.`,
      meant === undefined ? undefined : `Did you mean --limit ${meant}=…?`,
    )
  }
  const amount = Number(value)
  const largest = largestLimits[key] ?? largestLimit
  const smallest = key === 'calls' ? 0 : 1
  if (!/^\d+$/.test(value) || amount < smallest || amount > largest) {
    throw usage(
      run,
      `--limit ${key} needs a whole number from ${smallest} to ${largest}, such as ${key}=${defaultLimits[key]}.`,
    )
  }
  return { [key]: amount }
}

function limitNames(): (keyof RunLimits)[] {
  const isLimit = (name: string): name is keyof RunLimits => Object.hasOwn(defaultLimits, name)
  return Object.keys(defaultLimits).filter(isLimit)
}

function parseEncoding(text: string | undefined): 'base64' | 'base64url' {
  if (text === undefined || text === 'base64url') return 'base64url'
  if (text === 'base64') return text
  throw usage(run, '--secure-fetch-encoding is base64 or base64url.')
}

/** The variables of a recorded run, which must be given again: a recording holds no values. Throws ConfigError `usage`. */
export function recordedEnvironment(
  names: readonly { readonly name: string; readonly isSecret: boolean }[],
  given: Environment,
): Environment {
  const missing = names.filter(({ name }) => given[name] === undefined)
  if (missing.length > 0) {
    const options = missing.map(({ name, isSecret }) => `--${isSecret ? 'secret' : 'env'} ${name}=…`)
    throw new ConfigError(
      'usage',
      `The recorded run had environment variables whose values a recording does not hold: ${missing.map(({ name }) => name).join(', ')}.`,
      { hint: `Give them again: ${options.join(' ')}.` },
    )
  }
  return Object.fromEntries(
    names.flatMap(({ name, isSecret }) => {
      const variable = given[name]
      return variable === undefined ? [] : [[name, { value: variable.value, isSecret }]]
    }),
  )
}
