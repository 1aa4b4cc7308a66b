// Feature flags: what a flag is, and its value in the environment. Each operation is one commit with its audit record. `catalog`: the one that the flag was read from; the commit compares it, so that a value is never kept
// for a flag that is gone or has another type by then.
import type { Catalog, FeatureFlagRecord } from '../store/index.ts'
import { tokenFlag } from './flag-value.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'

export type GivenFlag = Omit<FeatureFlagRecord, 'id' | 'environmentValue'>

/** Rejects with StoreError `store_conflict` when the key is taken. */
export async function createFeatureFlag(given: GivenFlag, deps: OperationDeps): Promise<void> {
  const flag = { id: newId('featureFlag', deps.random), ...given }
  await deps.store.commit([
    { kind: 'put-feature-flag', flag },
    audited(deps, null, { feature_flag: flag.key, ...beforeAndAfter({}, shown(flag)) }),
  ])
}

/** The environment's value stays when it fits the type that the flag has from now on. */
export async function replaceFeatureFlag(
  before: FeatureFlagRecord,
  given: Omit<GivenFlag, 'key'>,
  catalog: Catalog,
  deps: OperationDeps,
): Promise<void> {
  const isFitting = tokenFlag(given.type, before.environmentValue) !== undefined
  const flag = { ...(isFitting ? before : withoutEnvironmentValue(before)), ...given }
  await put(before, flag, catalog, deps)
}

/** With the values that users and organizations have of it. */
export async function deleteFeatureFlag({ key }: FeatureFlagRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-feature-flag', key },
    audited(deps, null, { feature_flag: key, ...beforeAndAfter({ key }, {}) }),
  ])
}

/** An undefined value takes the environment's away: the flag's default counts from then on. */
export async function setEnvironmentFlag(
  before: FeatureFlagRecord,
  value: unknown,
  catalog: Catalog,
  deps: OperationDeps,
): Promise<void> {
  const kept = withoutEnvironmentValue(before)
  const flag = value === undefined ? kept : { ...kept, environmentValue: value }
  await put(before, flag, catalog, deps)
}

export async function clearEnvironmentFlags(catalog: Catalog, deps: OperationDeps): Promise<void> {
  const set = catalog.featureFlags.filter(({ environmentValue }) => environmentValue !== undefined)
  const before = Object.fromEntries(
    set.map(({ key, environmentValue }) => [key, JSON.stringify(environmentValue)]),
  )
  await deps.store.commit([
    { kind: 'expect-catalog', version: catalog.version },
    ...set.map((flag) => ({ kind: 'put-feature-flag', flag: withoutEnvironmentValue(flag) }) as const),
    audited(deps, null, beforeAndAfter(before, {})),
  ])
}

async function put(
  before: FeatureFlagRecord,
  flag: FeatureFlagRecord,
  { version }: Catalog,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-feature-flag', flag },
    audited(deps, null, { feature_flag: flag.key, ...beforeAndAfter(shown(before), shown(flag)) }),
  ])
}

function withoutEnvironmentValue(flag: FeatureFlagRecord): FeatureFlagRecord {
  const { environmentValue: _, ...kept } = flag
  return kept
}

/** For the audit log. */
function shown(flag: FeatureFlagRecord) {
  const { name, description, type, allowOverrideLevel, defaultValue, environmentValue } = flag
  return {
    name,
    description,
    type,
    allowOverrideLevel,
    defaultValue: JSON.stringify(defaultValue),
    ...(environmentValue !== undefined && { environmentValue: JSON.stringify(environmentValue) }),
  }
}
