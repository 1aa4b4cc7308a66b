// Where the data of a server is, as its commands are told: the same options and variables for all of them.
import { resolve } from 'node:path'
import { readServerEnvironment } from '../config/index.ts'
import { ConfigError } from '../errors/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { CommandOption } from './command.ts'

export const dataOptions: readonly CommandOption[] = [
  {
    name: 'data-dir',
    value: 'DIR',
    summary: 'Folder of the embedded database and its key; default .mintage.',
  },
  { name: 'database-url', value: 'URL', summary: 'A Postgres in place of it; or MINTAGE_DATABASE_URL.' },
]

export interface DataPlace {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly masterKey: string | undefined
}

/** Throws ConfigError `usage`. */
export function parseDataOptions(given: CommandArguments): DataPlace {
  const environment = readServerEnvironment()
  const databaseUrl = given.value('database-url') ?? environment.databaseUrl
  // The address holds a password and is not repeated in the text.
  if (databaseUrl !== undefined && !/^postgres(?:ql)?:\/\//.test(databaseUrl)) {
    throw new ConfigError('usage', 'The database address is no address of a Postgres.', {
      hint: 'Write it as postgres://user:password@host:5432/database.',
    })
  }
  return {
    dataDir: resolve(given.value('data-dir') ?? '.mintage'),
    databaseUrl,
    masterKey: environment.masterKey,
  }
}
