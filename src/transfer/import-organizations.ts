// Organizations of an import, before its users: those that exist stay as they are.
import { declaredId, organizationNameProblem } from '../directory/index.ts'
import { organizationCodeForm } from '../oauth/index.ts'
import type { Change, OrganizationRecord } from '../store/index.ts'
import type { OrganizationEntry, Read } from './entries.ts'
import type { ImportContext } from './import-context.ts'
import type { Remark } from './import-report.ts'
import type { KnownOrganizations } from './known-organizations.ts'
import type { OwnIds } from './own-catalog.ts'
import type { OwnOrganization } from './own-records.ts'
import { takenFlags, takenProperties } from './taken-values.ts'

export interface DecidedOrganizations {
  readonly changes: readonly Change[]
  readonly remarks: readonly Remark[]
  readonly created: number
  readonly present: number
}

/** What is created is known in the context from then on. */
export function organizationChanges(
  batch: readonly Read<OrganizationEntry>[],
  context: ImportContext,
): DecidedOrganizations {
  const remarks: Remark[] = []
  let [created, present] = [0, 0]
  const changes = batch.flatMap((read): Change[] => {
    if (read.kind === 'unreadable') {
      remarks.push({ kind: 'skipped', at: read.at, reason: read.reason })
      return []
    }
    const { at, entry } = read
    const named = entry.code ?? entry.externalId
    if (organizationNameProblem(entry.name) !== undefined) {
      remarks.push({
        kind: 'skipped',
        at,
        reason: 'its name cannot be used: it needs 1 to 100 characters on one line',
      })
      return []
    }
    if (named !== undefined && context.organizations.codeOf(named) !== undefined) {
      present += 1
      return []
    }
    created += 1
    return creation(at, entry, context, remarks)
  })
  return { changes, remarks, created, present }
}

function creation(
  at: string,
  entry: OrganizationEntry,
  { catalog, organizations, ids, nowMs }: ImportContext,
  remarks: Remark[],
): Change[] {
  const isOwnCode = entry.code !== undefined && organizationCodeForm.test(entry.code)
  // The same import again finds it again.
  const code = isOwnCode
    ? entry.code
    : declaredId('organization', `import ${entry.externalId ?? entry.code ?? entry.name}`)
  const externalId = entry.externalId ?? (isOwnCode ? null : (entry.code ?? null))
  organizations.add({ code, externalId })
  const owner = { context: 'org', id: code } as const
  return [
    {
      kind: 'add-organization',
      organization: {
        code,
        name: entry.name.trim(),
        handle: entry.handle ?? null,
        externalId,
        isDefault: false,
        settings: {},
        isAutoMembershipEnabled: entry.isAutoMembershipEnabled ?? false,
        createdAtMs: entry.createdAtMs ?? nowMs(),
        ...(ids && entry.own && ownFields(entry.own, organizations, ids)),
      },
    },
    ...Object.entries(takenProperties(entry.properties, 'org', at, catalog, remarks)).map(
      ([key, value]) => ({ kind: 'set-property', owner, key, value }) as const,
    ),
    ...Object.entries(takenFlags(entry.featureFlags, at, catalog, remarks)).map(
      ([key, value]) => ({ kind: 'set-flag', owner, key, value }) as const,
    ),
  ]
}

/** There is one default organization: that of the database stays. */
function ownFields(
  { isDefault, settings }: OwnOrganization,
  organizations: KnownOrganizations,
  ids: OwnIds,
): Pick<OrganizationRecord, 'isDefault' | 'settings'> {
  const { connectionIds } = settings
  // A document of JSON values that a Mintage wrote, as the database keeps it.
  const kept = { ...settings, ...(connectionIds && { connectionIds: connectionIds.map(ids) }) }
  return { isDefault: isDefault && organizations.takeDefault(), settings: kept }
}
