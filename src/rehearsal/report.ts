// The report of a rehearsal, as it is stored, answered and printed with --json. A promise to scripts: fields are added, never changed.
import { z } from 'zod'
import { tokenKinds } from '../oauth/index.ts'

const count = z.int().nonnegative()

const signInSchema = z
  .object({ userId: z.string(), clientId: z.string(), organizationCode: z.string().nullable() })
  .describe('Whose sign-in, to which application and organization.')

const locationSchema = z.object({
  file: z.string(),
  line: z.int().exactOptional(),
  column: z.int().exactOptional(),
})

const resultSchema = z.object({
  result: z.enum(['issued', 'denied', 'failed']),
  reason: z.string().optional().describe('Of a denial.'),
  error: z.object({ code: z.string(), message: z.string(), at: locationSchema.exactOptional() }).optional(),
  tokens: z
    .partialRecord(z.enum(tokenKinds), z.record(z.string(), z.json()))
    .optional()
    .describe('The claims that would be issued.'),
})

/** How many sign-ins end so with what is live and with the candidate, and how many only with one of them. */
const bothSchema = z.object({ live: count, candidate: count, newly: count, noLonger: count })

export const rehearsalReportSchema = z.object({
  version: z.literal(1),
  live: z.string().nullable().describe('Id of the deployment; null when no workflow is live.'),
  candidate: z.string().nullable(),
  users: count,
  signIns: count.describe('A user signs in to each application.'),
  suspendedUsers: count.describe('Left out: they cannot sign in.'),
  usersOfSeveralOrganizations: count.describe('Rehearsed in the first one by name.'),
  changed: count.describe('Sign-ins whose result or claims differ.'),
  notRehearsed: count.describe('Sign-ins with a call that was skipped; they count nowhere else.'),
  denied: bothSchema.extend({
    examples: z.array(signInSchema.extend({ reason: z.string() })),
  }),
  failed: bothSchema.extend({
    places: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        at: locationSchema.exactOptional(),
        count,
        examples: z.array(signInSchema),
      }),
    ),
  }),
  claims: z.array(
    z.object({
      token: z.enum(tokenKinds),
      claim: z.string(),
      added: count,
      changed: count,
      removed: count,
      examples: z.array(signInSchema.extend({ live: z.json().optional(), candidate: z.json().optional() })),
    }),
  ),
  size: z.object({
    largest: z.object({ live: count, candidate: count }).describe('Bytes of the claims of one token.'),
    overBudget: bothSchema.extend({
      examples: z.array(
        signInSchema.extend({ token: z.enum(tokenKinds), budget: count, live: count, candidate: count }),
      ),
    }),
  }),
  calls: z.object({
    answered: count.describe('From recordings.'),
    skipped: count,
    addresses: z.array(z.object({ method: z.string(), url: z.string(), count })),
  }),
  examples: z
    .array(signInSchema.extend({ live: resultSchema, candidate: resultSchema }))
    .describe('Sign-ins that differ, with both results.'),
})

export type RehearsalReport = z.infer<typeof rehearsalReportSchema>
export type SignInOfReport = z.infer<typeof signInSchema>
