// The envelope of an answer (C§8): `code` and `message` beside the payload. A few reads answer with the bare object instead.
import { z } from 'zod'

/** The schema of an answer in its envelope. */
export function okSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ code: z.literal('OK'), message: z.string(), ...shape })
}

/** The same of an operation of Mintage's own, whose clients leave out what a newer server adds. */
export function openSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({ code: z.literal('OK'), message: z.string(), ...shape })
}

/** What a write answers when there is nothing to tell. */
export const doneSchema = okSchema({})

export function ok<Payload extends object>(
  payload: Payload,
): Payload & { readonly code: 'OK'; readonly message: string } {
  return { code: 'OK', message: 'Success', ...payload }
}

/** Times are written as ISO 8601, in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** The names of a comma list; those that an operation does not know are ignored, as at Kinde. */
export function expanded(expand: string | undefined): ReadonlySet<string> {
  return new Set((expand ?? '').split(',').map((name) => name.trim()))
}
