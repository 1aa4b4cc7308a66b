// Fields that roles, permissions and properties share. mintage.yaml takes the same keys.
import { z } from 'zod'
import { productKeyPattern } from '../../oauth/index.ts'

export const keyField = z
  .string()
  .regex(productKeyPattern, 'it must be letters, digits and _ . : / - (at most 128)')
export const nameField = z.string().trim().min(1).max(200)
export const descriptionField = z.string().max(2_000)
export const idField = z.string().min(1).max(200)

/** The fields that a request gives: those that are undefined stay as they are. */
export function givenFields<Fields extends object>(
  fields: Fields,
): { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> } {
  // Members of the fields, each as it is there.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]?: Exclude<Fields[Field], undefined>
  }
}

/** Entries of a list of a role: those that it gets, and those that it loses. */
export const listedChanges = z
  .array(z.strictObject({ id: idField, operation: z.literal('delete').optional() }))
  .min(1)
  .max(100)
