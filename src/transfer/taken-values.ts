// Values of properties and feature flags, as far as they have a definition here.
import { tokenFlag } from '../directory/index.ts'
import type { Catalog, FlagType, PropertyContext } from '../store/index.ts'
import type { Remark } from './import-report.ts'

export function takenProperties(
  given: Readonly<Record<string, string>>,
  context: PropertyContext,
  at: string,
  { properties }: Catalog,
  remarks: Remark[],
): Record<string, string> {
  const entries = Object.entries(given).filter(([key]) => {
    const isKnown = properties.some((one) => one.key === key && one.context === context)
    if (!isKnown) remarks.push({ kind: 'leftOut', at, reason: `the property ${key}, which does not exist` })
    return isKnown
  })
  return Object.fromEntries(entries)
}

/** Kinde writes all values as text. */
export function takenFlags(
  given: Readonly<Record<string, unknown>>,
  at: string,
  { featureFlags }: Catalog,
  remarks: Remark[],
): Record<string, unknown> {
  const entries = Object.entries(given).flatMap(([key, written]) => {
    const flag = featureFlags.find((one) => one.key === key)
    const value = flag && flagValue(flag.type, written)
    if (flag !== undefined && tokenFlag(flag.type, value) !== undefined) return [[key, value] as const]
    const why = flag === undefined ? 'which does not exist' : `whose value is not of the type ${flag.type}`
    remarks.push({ kind: 'leftOut', at, reason: `the feature flag ${key}, ${why}` })
    return []
  })
  return Object.fromEntries(entries)
}

/** A text is read as JSON, unless the flag's values are texts. */
export function flagValue(type: FlagType, written: unknown): unknown {
  if (typeof written !== 'string' || type === 'str') return written
  try {
    return JSON.parse(written)
  } catch {
    return undefined
  }
}
