// A batch that met a record which appeared, or is gone, since it was read: each record is decided again by what the database holds by then, and
// has a commit of its own, so that one record costs no other record its import.
import type { Change } from '../store/index.ts'
import type { OrganizationEntry, Read, UserEntry } from './entries.ts'
import type { ImportContext } from './import-context.ts'
import { organizationChanges, type DecidedOrganizations } from './import-organizations.ts'
import type { ImportReport, Remark } from './import-report.ts'
import { changesOf, decideUsers, isConflict, takenMeanwhile, type DecidedBatch } from './import-users.ts'
import { knownOrganizations } from './known-organizations.ts'

interface OneByOneDeps {
  /** One commit. */
  readonly write: (changes: readonly Change[], what: string) => Promise<void>
  readonly note: (remarks: readonly Remark[]) => void
}

/** Leaves out the remarks that were made when the whole batch was decided. */
export function withoutRepeats(
  note: (remarks: readonly Remark[]) => void,
  made: readonly Remark[],
): OneByOneDeps['note'] {
  const keyOf = ({ at, reason }: Remark) => `${at} ${reason}`
  const known = new Set(made.map(keyOf))
  return (remarks) => note(remarks.filter((one) => !known.has(keyOf(one))))
}

/** The same with what the database holds by now. */
async function readAgain(context: ImportContext): Promise<ImportContext> {
  const { directory } = context.store
  const [catalog, organizations] = await Promise.all([directory.catalog(), knownOrganizations(directory)])
  return { ...context, catalog, organizations }
}

/** Finds the organization of a batch that cannot be written: each has a commit of its own. Resolves to what is known then. */
export async function organizationsOneByOne(
  batch: readonly Read<OrganizationEntry>[],
  before: ImportContext,
  report: ImportReport,
  { write, note }: OneByOneDeps,
): Promise<ImportContext> {
  let context = await readAgain(before)
  for (const read of batch) {
    const decided = organizationChanges([read], context)
    note(decided.remarks)
    try {
      await write(decided.changes, '1 organization')
      countOrganizations(report, decided)
    } catch (error) {
      if (!isConflict(error)) throw error
      note([{ kind: 'skipped', at: read.at, reason: takenMeanwhile }])
      context = await readAgain(context)
    }
  }
  return context
}

export function countOrganizations(
  { organizations }: ImportReport,
  { created, present }: DecidedOrganizations,
): void {
  organizations.created += created
  organizations.present += present
}

/** The same for users. */
export async function usersOneByOne(
  batch: readonly Read<UserEntry>[],
  before: ImportContext,
  earlier: ImportReport,
  { write, note }: OneByOneDeps,
): Promise<ImportReport> {
  const context = await readAgain(before)
  let report = earlier
  for (const read of batch) {
    const decided = await decideUsers([read], context)
    note(decided.remarks)
    try {
      await write(changesOf(decided), '1 user')
      report = withCounts(report, decided)
    } catch (error) {
      if (!isConflict(error)) throw error
      note([{ kind: 'skipped', at: read.at, reason: takenMeanwhile }])
    }
  }
  return report
}

/** The report with what became of a batch of users. */
export function withCounts(
  report: ImportReport,
  { created, joined, passwords, present }: DecidedBatch,
): ImportReport {
  const { users } = report
  const completed = new Set([...joined, ...passwords].map(({ userId }) => userId)).size
  return {
    ...report,
    users: {
      created: users.created + created.length,
      completed: users.completed + completed,
      present: users.present + present,
    },
  }
}
