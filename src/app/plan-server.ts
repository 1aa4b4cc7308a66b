// What a start would change in the directory, for `mintage start --dry-run`: the plan alone, made against the database as it is, or
// against an empty one that is deleted afterwards if there is no database yet. Nothing is written and nothing listens.
import { randomBytes } from 'node:crypto'
import { planDirectory, type DirectoryPlan } from '../directory/index.ts'
import { openExistingStore } from './existing-store.ts'
import { isDatabaseMissing, openImaginedStore } from './imagined-store.ts'
import { readProjectFile } from './project-file.ts'
import type { ServerSettings } from './server-settings.ts'
import { usableFile } from './usable-file.ts'

/** Throws what openServer throws for the project's file and the database. */
export async function planServer(settings: ServerSettings): Promise<DirectoryPlan> {
  const file = await readProjectFile(settings.projectDir, settings.isProduction)
  await using opened = new AsyncDisposableStack()
  const store = isDatabaseMissing(settings)
    ? await openImaginedStore(settings.dataDir)
    : await openExistingStore(settings)
  opened.defer(() => store.close())
  const issuer = settings.issuer ?? `http://localhost:${settings.port}`
  const apply = { store, issuer, random: randomBytes, now: () => store.nowMs() }
  const { images } = await usableFile(file, settings, apply)
  // Awaited here, before the database closes.
  return await planDirectory(file, { ...apply, images })
}
