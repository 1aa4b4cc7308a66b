// Values of properties, in the one shape that users, organizations and applications share: every property of the context, with
// its value or null.
import { z } from 'zod'
import type { Catalog, PropertyContext, PropertyRecord } from '../store/index.ts'
import { okSchema } from './envelope.ts'
import { nextToken } from './pagination.ts'
import { RequestError } from './request-error.ts'

export const propertyValuesSchema = okSchema({
  properties: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      description: z.string().nullable(),
      key: z.string(),
      value: z.string().nullable(),
    }),
  ),
  ...nextToken,
})

const longestValue = 10_000

/** A value given as a parameter. */
export const propertyText = z.string().max(longestValue)

/** A value to set. Properties hold text; numbers and booleans are written as JSON writes them. Null takes the value away. */
const propertyValue = z.union([propertyText, z.number(), z.boolean(), z.null()])

export const propertyValueBody = z.strictObject({ value: propertyValue })

export const propertyValuesBody = z.strictObject({ properties: z.record(z.string(), propertyValue) })

export function propertyValues(
  catalog: Catalog,
  context: PropertyContext,
  values: Readonly<Record<string, string>>,
): Pick<z.input<typeof propertyValuesSchema>, 'properties' | 'next_token'> {
  const properties = propertiesOf(catalog, context).map(({ id, name, description, key }) => ({
    id,
    name,
    description,
    key,
    value: Object.hasOwn(values, key) ? (values[key] ?? null) : null,
  }))
  return { properties, next_token: null }
}

/** What to write for the values of a body; rejects the whole body when one key is not a property of the context. */
export function changedValues(
  catalog: Catalog,
  context: PropertyContext,
  given: z.output<typeof propertyValuesBody>['properties'],
): { readonly key: string; readonly value: string | null }[] {
  const known = new Set(propertiesOf(catalog, context).map(({ key }) => key))
  const unknown = Object.keys(given).filter((key) => !known.has(key))
  if (unknown.length > 0) {
    throw new RequestError(
      'PROPERTY_NOT_FOUND',
      unknown
        .slice(0, 10)
        .map((key) => `There is no property ${JSON.stringify(key)} in the context "${context}".`),
    )
  }
  return Object.entries(given).map(([key, value]) => ({ key, value: value === null ? null : String(value) }))
}

function propertiesOf({ properties }: Catalog, context: PropertyContext): PropertyRecord[] {
  return properties.filter((property) => property.context === context)
}
