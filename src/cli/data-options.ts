// Where the data of a server is: the same options and variables for all of them.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readServerEnvironment } from '../config/index.ts'
import { ConfigError } from '../errors/index.ts'
import type { CommandArguments } from './arguments.ts'
import { chooseProject, demoDataDir, ownDataDir } from './choose-project.ts'
import type { CommandOption } from './command.ts'

export const dataOptions: readonly CommandOption[] = [
  {
    name: 'data-dir',
    value: 'DIR',
    summary: 'Folder of the embedded database and its key. Default: .mintage, or .mintage/demo for the demo.',
  },
  {
    name: 'database-url',
    value: 'URL',
    summary: 'Use this Postgres database instead of the embedded one; or MINTAGE_DATABASE_URL.',
  },
]

export interface DataPlace {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly masterKey: string | undefined
}

/** `dataDir` is the one of the project. Throws ConfigError `usage`. */
export function parseDataOptions(given: CommandArguments, dataDir: string = ownDataDir): DataPlace {
  const environment = readServerEnvironment()
  const databaseUrl = given.value('database-url') ?? environment.databaseUrl
  // The address holds a password and is not repeated in the text.
  if (databaseUrl !== undefined && !/^postgres(?:ql)?:\/\//.test(databaseUrl)) {
    throw new ConfigError('usage', 'The database address is not a Postgres address.', {
      hint: 'Write it as postgres://user:password@host:5432/database.',
    })
  }
  return {
    dataDir: resolve(given.value('data-dir') ?? dataDir),
    databaseUrl,
    masterKey: environment.masterKey,
  }
}

/** For commands that look into the data of a server that was started here. */
export async function parseUsedDataOptions(given: CommandArguments): Promise<DataPlace> {
  const { by, dataDir } = await chooseProject(given)
  // A project that is started by --project from outside has its data here, too.
  const isDemoUnused = by === 'default' && !existsSync(demoDataDir)
  return parseDataOptions(given, isDemoUnused ? ownDataDir : dataDir)
}

/** A database beside the new folder of the demo: earlier versions kept the demo's there. */
export function earlierDemoDatabase({ dataDir, databaseUrl }: DataPlace): string | undefined {
  const isNew = databaseUrl === undefined && !existsSync(dataDir) && dataDir === resolve(demoDataDir)
  const earlier = join(ownDataDir, 'mintage.db')
  return isNew && existsSync(earlier) ? earlier : undefined
}
