// What the environment says of itself: the business behind it, and its policy for second factors. One document of the catalog; what pages
// show of a business (name, links) is its branding.
import type { Catalog, EnvironmentSettingsRecord } from '../store/index.ts'
import { planBranding, type BrandingUpdate, type WithBranding } from './branding.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'

export type EnvironmentFields = Partial<Omit<EnvironmentSettingsRecord, 'id'>>

const nothingSaid: EnvironmentSettingsRecord = {
  id: 'environment',
  email: null,
  phone: null,
  industryKey: null,
  timezoneKey: null,
  mfa: { policy: 'off', enabledFactors: [], isRecoveryCodesEnabled: true },
}

export function environmentSettingsOf({
  environmentSettings: [settings],
}: Pick<Catalog, 'environmentSettings'>): EnvironmentSettingsRecord {
  return settings ?? nothingSaid
}

/** With the environment's branding in the same commit. `catalog`: the one that the request was judged by. */
export async function updateEnvironment(
  fields: EnvironmentFields,
  branding: BrandingUpdate,
  catalog: Catalog,
  deps: OperationDeps & WithBranding,
): Promise<void> {
  const settings = environmentSettingsOf(catalog)
  const { set, expected } = differences<EnvironmentSettingsRecord, EnvironmentFields>(settings, fields)
  const look = await planBranding({ kind: 'environment' }, branding, deps)
  const isChanged = Object.keys(set).length > 0
  if (!isChanged && look.changes.length === 0) return
  await deps.store.commit([
    { kind: 'expect-catalog', version: catalog.version },
    ...(isChanged ? [{ kind: 'put-environment-settings', settings: { ...settings, ...set } } as const] : []),
    ...look.changes,
    audited(deps, null, beforeAndAfter({ ...expected, ...look.before }, { ...set, ...look.after })),
  ])
}
