// Organizations of the file, found by their codes. An environment has one default organization at most.
import type { MintageFile } from '../../config/index.ts'
import type { Change, OrganizationRecord, OrganizationSettings } from '../../store/index.ts'
import { declaredId } from '../ids.ts'
import { isSuspended, withSettings } from '../organization-settings.ts'
import { valueChanges } from './owned-values.ts'
import type { PlanContext } from './plan-context.ts'
import { changedFields, narrowed, type PlanStep } from './plan-step.ts'

export interface OrganizationPlan {
  /** By the key of the file. */
  readonly byKey: ReadonlyMap<string, OrganizationRecord>
  readonly steps: readonly PlanStep[]
}

export async function organizationPlan(context: PlanContext): Promise<OrganizationPlan> {
  const { file, directory, now } = context
  const byKey = new Map<string, OrganizationRecord>()
  const steps: PlanStep[] = []
  for (const [key, given] of Object.entries(file.organizations)) {
    const code = given.code ?? declaredId('organization', key)
    const current = await directory.organization(code)
    const organization: OrganizationRecord = {
      code,
      name: given.name ?? key,
      handle: given.handle ?? null,
      externalId: given.externalId ?? null,
      isDefault: given.isDefault ?? false,
      isAutoMembershipEnabled: given.autoMembership ?? false,
      createdAtMs: current?.createdAtMs ?? now(),
      settings: declaredSettings(given, current, now()),
    }
    const values = await valueChanges({ context: 'org', id: code }, given, directory)
    byKey.set(key, organization)
    steps.push(...organizationSteps(key, current, organization, values))
  }
  return { byKey, steps: [...(await formerDefault(context, [...byKey.values()])), ...steps] }
}

/** What the file does not mention stays: the API may have suspended the organization. */
function declaredSettings(
  given: MintageFile['organizations'][string],
  current: OrganizationRecord | undefined,
  nowMs: number,
): OrganizationSettings {
  const { allowedDomains, autoJoinByDomain, isSuspended: isToBeSuspended, session, ...rest } = given
  const { senderName, senderEmail } = rest
  const before = current?.settings ?? {}
  return withSettings(before, {
    ...(allowedDomains && { allowedDomains: allowedDomains.length === 0 ? undefined : allowedDomains }),
    ...(autoJoinByDomain !== undefined && { isAutoJoinDomainList: autoJoinByDomain || undefined }),
    ...(senderName !== undefined && { senderName }),
    ...(senderEmail !== undefined && { senderEmail }),
    ...(session && {
      sessions: {
        isPersistenceOwn: session.endsWithBrowser !== undefined,
        ...(session.endsWithBrowser !== undefined && {
          persistence: session.endsWithBrowser ? ('non_persistent' as const) : ('persistent' as const),
        }),
        isLifetimeOwn: session.unusedSeconds !== undefined,
        ...(session.unusedSeconds !== undefined && { lifetimeSeconds: session.unusedSeconds }),
      },
    }),
    ...(isToBeSuspended !== undefined && {
      suspendedAtMs: isToBeSuspended ? (before.suspendedAtMs ?? nowMs) : undefined,
    }),
  })
}

function organizationSteps(
  name: string,
  current: OrganizationRecord | undefined,
  organization: OrganizationRecord,
  values: Awaited<ReturnType<typeof valueChanges>>,
): PlanStep[] {
  const what = 'organization'
  const changes = [...organizationChanges(current, organization), ...values.changes]
  if (current === undefined) return [{ action: 'add', what, name, fields: [], changes }]
  const fields = [...changedFields(current, organization), ...values.fields]
  return fields.length === 0 ? [] : [{ action: 'change', what, name, fields, changes }]
}

function organizationChanges(
  current: OrganizationRecord | undefined,
  wanted: OrganizationRecord,
): readonly Change[] {
  if (current === undefined) return [{ kind: 'add-organization', organization: wanted }]
  if (changedFields(current, wanted).length === 0) return []
  const { code } = wanted
  return [
    { kind: 'update-organization', code, ...narrowed(current, wanted) },
    ...(isSuspended(wanted) && !isSuspended(current)
      ? [{ kind: 'sign-out-organization', code } as const]
      : []),
  ]
}

/** The organization that was the default one, when the file declares another and does not speak of it. */
async function formerDefault(
  { directory }: PlanContext,
  declared: readonly OrganizationRecord[],
): Promise<PlanStep[]> {
  const former = await directory.defaultOrganization()
  const isReplaced = declared.some(({ isDefault }) => isDefault)
  if (former === undefined || !isReplaced || declared.some(({ code }) => code === former.code)) return []
  return [
    {
      action: 'change',
      what: 'organization',
      name: former.code,
      fields: ['isDefault'],
      changes: [{ kind: 'update-organization', code: former.code, set: { isDefault: false } }],
    },
  ]
}
