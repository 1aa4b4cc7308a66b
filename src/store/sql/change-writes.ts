// Every change as the statements that make it. A table with a row for each kind of change: a missing row does not compile.
import type { Change } from '../change.ts'
import type { SealedBox } from '../sealed-box.ts'
import { activityWrites } from './sql-activity-store.ts'
import { artifactWrites } from './artifact-statements.ts'
import { catalogWrites, type UnknownMembers } from './catalog-writes.ts'
import type { Database, Statement, Write } from './database.ts'
import { billingWrites } from './sql-billing-store.ts'
import { brandingWrites } from './sql-branding-store.ts'
import { deploymentWrites } from './sql-deployment-store.ts'
import { subscriberWrites } from './sql-subscriber-store.ts'
import { apiKeyWrites } from './sql-api-key-store.ts'
import { rehearsalWrites } from './sql-rehearsal-store.ts'
import { fileMembershipWrites } from './file-memberships.ts'
import { organizationWrites } from './organization-writes.ts'
import { ownedValueWrites } from './owned-value-writes.ts'
import { auditStatement } from './sql-audit-store.ts'
import { importWrites } from './sql-import-store.ts'
import { enqueueStatement } from './sql-job-store.ts'
import { invitationWrites } from './sql-invitation-store.ts'
import { oneTimeTokenWrites } from './sql-one-time-token-store.ts'
import { signingKeyWrites } from './sql-signing-key-store.ts'
import { throttleWrites } from './sql-throttle-store.ts'
import { deliveryWrites } from './sql-webhook-store.ts'
import { userWrites } from './user-writes.ts'
import type { ChangeKinds, WritesOf } from './writes-of.ts'

export interface ChangeWrites {
  readonly writesOf: (change: Change) => readonly Write[]
  /** Whose cached records it makes outdated: those of users and organizations, the catalog's, or none. */
  readonly scopeOf: (change: Change) => 'directory' | 'catalog' | undefined
}

export function changeWrites(
  database: Database,
  box: SealedBox,
  unknownMembers: UnknownMembers = () => undefined,
): ChangeWrites {
  const ofCatalog = catalogWrites(database, box, unknownMembers)
  const enqueue = enqueueStatement(database, box)
  const appendAudit = auditStatement(database)
  const ofDirectory = {
    ...userWrites(database),
    ...organizationWrites(database),
    ...ownedValueWrites(database),
  }
  const writes: WritesOf<Change['kind']> = {
    ...ofDirectory,
    ...ofCatalog,
    ...fileMembershipWrites(database),
    ...brandingWrites(database),
    ...activityWrites(database),
    ...artifactWrites(database),
    ...invitationWrites(database, box),
    ...oneTimeTokenWrites(database),
    ...throttleWrites(database),
    ...signingKeyWrites(database, box),
    ...deploymentWrites(database),
    ...rehearsalWrites(database, box),
    ...apiKeyWrites(database),
    ...billingWrites(database),
    ...subscriberWrites(database),
    ...importWrites(database),
    ...deliveryWrites(database),
    'append-audit': ({ record }) => [appendAudit(record)],
    'enqueue-job': ({ job }) => [enqueue(job)],
  }
  return {
    writesOf: (change) =>
      statementsOf(writes, change.kind, change).map((one) => ('statement' in one ? one : { statement: one })),
    scopeOf({ kind }) {
      if (kind === 'sign-out-user' || kind === 'sign-out-organization') return undefined
      if (kind in ofCatalog) return 'catalog'
      return kind in ofDirectory ? 'directory' : undefined
    },
  }
}

function statementsOf<Kind extends Change['kind']>(
  writes: WritesOf<Change['kind']>,
  kind: Kind,
  change: ChangeKinds[Kind],
): readonly (Statement | Write)[] {
  return writes[kind](change)
}
