// Every change of the directory as the statements that make it. A table with a row for each kind of change: one that is missing
// does not compile.
import type { DirectoryChange } from '../directory-store.ts'
import type { SealedBox } from '../sealed-box.ts'
import { catalogWrites, type UnknownMembers } from './catalog-writes.ts'
import type { Database, Statement } from './database.ts'
import { putFileMemberships } from './file-memberships.ts'
import { organizationWrites } from './organization-writes.ts'
import { ownedValueWrites } from './owned-value-writes.ts'
import { auditStatement } from './sql-audit-store.ts'
import { enqueueStatement } from './sql-job-store.ts'
import { userWrites } from './user-writes.ts'

type ChangeKinds = { [Change in DirectoryChange as Change['kind']]: Change }
export type ChangeKind = keyof ChangeKinds

/** The statements of some kinds of changes. */
export type WritesOf<Kind extends ChangeKind> = {
  readonly [One in Kind]: (change: ChangeKinds[One]) => readonly Statement[]
}

export interface DirectoryWrites {
  statementsOf(change: DirectoryChange): readonly Statement[]
  isCatalogChange(change: DirectoryChange): boolean
}

export function directoryWrites(
  database: Database,
  box: SealedBox,
  unknownMembers: UnknownMembers,
): DirectoryWrites {
  const ofCatalog = catalogWrites(database, box, unknownMembers)
  const appendAudit = auditStatement(database)
  const enqueue = enqueueStatement(database, box)
  const putMemberships = putFileMemberships(database)
  const writes: WritesOf<ChangeKind> = {
    ...userWrites(database),
    ...organizationWrites(database),
    ...ownedValueWrites(database),
    ...ofCatalog,
    'append-audit': ({ record }) => [appendAudit(record)],
    'enqueue-job': ({ job }) => [enqueue(job)],
    'put-file-memberships': ({ memberships }) => [putMemberships(memberships)],
  }
  return {
    statementsOf: (change) => statementsOf(writes, change.kind, change),
    isCatalogChange: ({ kind }) => kind in ofCatalog,
  }
}

function statementsOf<Kind extends ChangeKind>(
  writes: WritesOf<ChangeKind>,
  kind: Kind,
  change: ChangeKinds[Kind],
): readonly Statement[] {
  return writes[kind](change)
}
