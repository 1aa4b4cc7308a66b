// Where the database is: the Postgres that was named, or a file in the data folder.
import { join } from 'node:path'
import type { StoreOptions } from '../store/index.ts'
import type { ServerSettings } from './server-settings.ts'

export function storeLocation({
  databaseUrl,
  dataDir,
}: Pick<ServerSettings, 'databaseUrl' | 'dataDir'>): StoreOptions['location'] {
  return databaseUrl === undefined
    ? { kind: 'sqlite', file: join(dataDir, 'mintage.db') }
    : { kind: 'postgres', url: databaseUrl }
}
