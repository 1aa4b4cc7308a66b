// What became of each commit, as records of the audit log: newest first, kept as long as the log is.
import { z } from 'zod'
import type { Change, Store } from '../store/index.ts'
import type { RepositoryPlace } from './repository.ts'

export const syncOutcomes = ['deployed', 'failed', 'unreachable'] as const

const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  at: z.object({ file: z.string(), line: z.int().nullable(), column: z.int().nullable() }).nullable(),
  /** Null in records of earlier versions, too. */
  hint: z.string().nullable().default(null),
})

export const gitSyncSchema = z.object({
  repository: z.string(),
  branch: z.string(),
  folder: z.string(),
  /** Null when the repository could not be read. */
  commit: z.string().nullable(),
  author: z.string().nullable(),
  outcome: z.enum(syncOutcomes),
  /** Null when nothing was deployed. */
  deployment: z.string().nullable(),
  problems: z.array(problemSchema),
})

export type GitSync = z.output<typeof gitSyncSchema>
export type SyncProblem = GitSync['problems'][number]

const event = 'git.synced'
const mostListed = 100

/** The newest first. */
export async function listGitSyncs({ audit }: Pick<Store, 'audit'>): Promise<(GitSync & { atMs: number })[]> {
  const records = await audit.list({ event, limit: mostListed })
  return records
    .toSorted((a, b) => b.sequence - a.sequence)
    .map(({ atMs, details }) => ({ ...gitSyncSchema.parse(details), atMs }))
}

export function syncRecorded(sync: GitSync, atMs: number): Change {
  return {
    kind: 'append-audit',
    record: { atMs, event, userId: null, clientId: null, ip: null, details: sync },
  }
}

/** Whether two are about the same branch and folder of the same repository. */
export function isOfPlace(sync: GitSync, { repository, branch, folder }: RepositoryPlace): boolean {
  return sync.repository === repository && sync.branch === branch && sync.folder === folder
}
