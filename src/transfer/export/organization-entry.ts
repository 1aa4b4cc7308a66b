// An organization as mintage.yaml says it: the way back of directory/apply/organizations.ts. What of its settings the file cannot say is left out,
// and stays in the database as it is.
import { isDeepStrictEqual } from 'node:util'
import type { OrganizationRecord, OrganizationSessions } from '../../store/index.ts'
import { unlessKey } from './catalog-entries.ts'

export interface OrganizationInFull {
  readonly organization: OrganizationRecord
  readonly properties: Readonly<Record<string, string>>
  readonly featureFlags: Readonly<Record<string, unknown>>
}

export function organizationEntry(
  key: string,
  { organization, properties, featureFlags }: OrganizationInFull,
): object {
  const { settings } = organization
  return {
    name: unlessKey(organization.name, key),
    code: organization.code,
    handle: organization.handle ?? undefined,
    externalId: organization.externalId ?? undefined,
    isDefault: organization.isDefault || undefined,
    autoMembership: organization.isAutoMembershipEnabled || undefined,
    allowedDomains: settings.allowedDomains,
    autoJoinByDomain: settings.isAutoJoinDomainList,
    senderName: settings.senderName,
    senderEmail: settings.senderEmail,
    session: sessionEntry(settings.sessions),
    isSuspended: settings.suspendedAtMs === undefined ? undefined : true,
    properties: unlessEmpty(properties),
    featureFlags: unlessEmpty(featureFlags),
  }
}

function sessionEntry(sessions: OrganizationSessions | undefined): object | undefined {
  if (sessions === undefined) return undefined
  const { isPersistenceOwn = false, persistence, isLifetimeOwn = false, lifetimeSeconds } = sessions
  const said: OrganizationSessions = {
    isPersistenceOwn,
    ...(isPersistenceOwn && persistence !== undefined && { persistence }),
    isLifetimeOwn,
    ...(isLifetimeOwn && lifetimeSeconds !== undefined && { lifetimeSeconds }),
  }
  if (!isDeepStrictEqual(said, sessions)) return undefined
  return {
    endsWithBrowser: isPersistenceOwn ? persistence === 'non_persistent' : undefined,
    unusedSeconds: isLifetimeOwn ? lifetimeSeconds : undefined,
  }
}

function unlessEmpty<Values extends object>(values: Values): Values | undefined {
  return Object.keys(values).length === 0 ? undefined : values
}
