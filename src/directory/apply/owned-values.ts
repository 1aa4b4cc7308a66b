// Values of properties and feature flags that the file gives to a user or an organization. Values that it does not mention stay.
import { isDeepStrictEqual } from 'node:util'
import type { Change, DirectoryStore, Owner } from '../../store/index.ts'

export interface GivenValues {
  readonly properties?: Readonly<Record<string, string>> | undefined
  readonly featureFlags?: Readonly<Record<string, unknown>> | undefined
}

export interface ValueChanges {
  readonly fields: readonly string[]
  readonly changes: readonly Change[]
}

export async function valueChanges(
  owner: Owner,
  given: GivenValues,
  directory: DirectoryStore,
): Promise<ValueChanges> {
  const properties = differing(given.properties ?? {}, await directory.propertyValues(owner))
  const flags = differing(given.featureFlags ?? {}, await directory.flagOverrides(owner))
  return {
    fields: [
      ...properties.map(([key]) => `properties.${key}`),
      ...flags.map(([key]) => `featureFlags.${key}`),
    ],
    changes: [
      ...properties.map(([key, value]) => ({ kind: 'set-property', owner, key, value }) as const),
      ...flags.map(([key, value]) => ({ kind: 'set-flag', owner, key, value }) as const),
    ],
  }
}

function differing<Value>(
  wanted: Readonly<Record<string, Value>>,
  current: Readonly<Record<string, Value>>,
): [string, Value][] {
  return Object.entries(wanted).filter(([key, value]) => !isDeepStrictEqual(current[key], value))
}
