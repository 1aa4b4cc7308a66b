// What Kinde's published description of its management API says (2026-11): paths, methods, scopes, names and types, as facts without prose.
// The file holds every operation of it, also those that Mintage does not offer.
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const schema = z.record(z.string(), z.unknown())

const operationSchema = z.strictObject({
  tag: z.string(),
  operationId: z.string(),
  /** Null: the operation asks for no token. */
  scope: z.string().nullable(),
  status: z.number(),
  path: z.record(z.string(), schema).optional(),
  query: z.record(z.string(), z.strictObject({ required: z.literal(true).optional(), schema })).optional(),
  body: schema.optional(),
  /** When it is not JSON. */
  bodyType: z.string().optional(),
  bodyRequired: z.literal(true).optional(),
  answer: schema.optional(),
})
export type KindeOperation = z.output<typeof operationSchema>

/** By `<method> <path below /api/v1>`. */
export const kindeContract: Readonly<Record<string, KindeOperation>> = z
  .record(z.string(), operationSchema)
  .parse(JSON.parse(readFileSync(new URL('kinde-contract.json', import.meta.url), 'utf8')))
