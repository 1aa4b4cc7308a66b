// Values of feature flags as Kinde sends and shows them: text of the flag's type (`true`, `7`, `pink`, or JSON).
import { z } from 'zod'
import { flagTypes, type Catalog, type FeatureFlagRecord } from '../store/index.ts'
import { RequestError } from './request-error.ts'

/** A value that is sent. */
export const flagValueText = z.string().max(10_000)

export const flagOverridesSchema = z.record(
  z.string(),
  z.strictObject({ type: z.enum(flagTypes), value: z.string() }),
)

/** The flags that have one of these values. A value whose flag was deleted meanwhile is left out. */
export function flagOverridesAnswer(
  { featureFlags }: Catalog,
  overrides: Readonly<Record<string, unknown>>,
): z.input<typeof flagOverridesSchema> {
  return Object.fromEntries(
    featureFlags
      .filter(({ key }) => Object.hasOwn(overrides, key))
      .map(({ key, type }) => [key, { type, value: flagText(overrides[key]) }]),
  )
}

function flagText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The flag, when this level may have a value of its own: any other value would be stored and never read. Throws RequestError. */
export function overridableFlag(
  flag: FeatureFlagRecord,
  level: 'org' | 'usr',
  field = 'feature_flag_key',
): FeatureFlagRecord {
  const lowest = flag.allowOverrideLevel
  if (lowest === 'usr' || lowest === level) return flag
  throw new RequestError(
    'INVALID_REQUEST',
    `${field}: the flag has allow_override_level ${lowest}, so ${level === 'org' ? 'an organization' : 'a user'} cannot have a value of its own`,
  )
}

/** Values for a new organization. Throws RequestError for an unknown flag, and for a value of another type. */
export function givenFlags(
  given: Readonly<Record<string, string>>,
  { featureFlags }: Catalog,
): Record<string, unknown> {
  const values = Object.entries(given).map(([key, text]): [string, unknown] => {
    const flag = featureFlags.find((one) => one.key === key)
    if (flag === undefined)
      throw new RequestError('FEATURE_FLAG_NOT_FOUND', `There is no feature flag ${JSON.stringify(key)}.`)
    const field = `feature_flags.${key}`
    return [key, flagValue(overridableFlag(flag, 'org', field), text, field)]
  })
  return Object.fromEntries(values)
}

/** Throws RequestError when the text is not a value of the flag's type. `field` is where it was sent. */
export function flagValue({ type }: Pick<FeatureFlagRecord, 'type'>, text: string, field = 'value'): unknown {
  const value = parsers[type](text)
  if (value !== undefined) return value
  throw new RequestError('INVALID_REQUEST', `${field}: expected ${expected[type]}`)
}

const parsers = {
  str: (text) => text,
  bool: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  int: (text) => (/^-?\d{1,10}$/.test(text) ? z.int32().safeParse(Number(text)).data : undefined),
  json: (text) => {
    try {
      const value: unknown = JSON.parse(text)
      return value
    } catch {
      return undefined
    }
  },
} as const satisfies Record<FeatureFlagRecord['type'], (text: string) => unknown>

const expected = {
  str: 'a string',
  bool: 'true or false',
  int: 'an integer of 32 bits',
  json: 'JSON',
} as const satisfies Record<FeatureFlagRecord['type'], string>
