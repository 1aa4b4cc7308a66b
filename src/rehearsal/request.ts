// What a rehearsal is asked for, as it is stored with it.
import { z } from 'zod'

const rehearsedUsersSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  /** So many users in the order of their ids, from a random place on. Ids are random, so this is a random sample. */
  z.strictObject({ kind: z.literal('sample'), size: z.int().positive() }),
  z.strictObject({ kind: z.literal('organization'), code: z.string() }),
])

export const rehearsalRequestSchema = z.strictObject({
  users: rehearsedUsersSchema,
  /** Undefined: all that users sign in to. */
  clientIds: z.array(z.string()).optional(),
  scopes: z.array(z.string()),
  audiences: z.array(z.string()),
  /** Of the claims of one token, as JSON. Undefined: the budget of each application, or what browsers keep in one cookie. */
  budgetBytes: z.int().positive().optional(),
})

export type RehearsedUsers = z.infer<typeof rehearsedUsersSchema>
export type RehearsalRequest = z.infer<typeof rehearsalRequestSchema>
