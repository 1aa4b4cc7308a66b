// Values of feature flags as a token carries them: `t` and `v` (C§3.1).
import { isJsonObject, type JsonValue } from '../oauth/index.ts'
import type { FlagType } from '../store/index.ts'

const tokenTypes = { bool: 'b', str: 's', int: 'i', json: 'j' } as const satisfies Record<FlagType, string>

export type TokenFlag = {
  readonly t: (typeof tokenTypes)[FlagType]
  readonly v: JsonValue
}

const minInt32 = -(2 ** 31)
const maxInt32 = 2 ** 31 - 1

/** Undefined for a value that does not fit its type, as an override may once a flag has changed its type. */
export function tokenFlag(type: FlagType, value: unknown): TokenFlag | undefined {
  const fitting = fittingValue(type, value)
  return fitting === undefined ? undefined : { t: tokenTypes[type], v: fitting }
}

/** Integers are int32 and lose their decimals (C§3.1); beyond the range they stop at its end rather than change their sign. */
function fittingValue(type: FlagType, value: unknown): JsonValue | undefined {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'str':
      return typeof value === 'string' ? value : undefined
    case 'int':
      return typeof value === 'number' && Number.isFinite(value)
        ? Math.min(maxInt32, Math.max(minInt32, Math.trunc(value)))
        : undefined
    case 'json':
      return isJsonValue(value) ? value : undefined
  }
}

function isJsonValue(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJsonValue)
  return isJsonObject(value) && Object.values(value).every(isJsonValue)
}
