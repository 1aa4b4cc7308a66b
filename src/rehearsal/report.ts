// The report of a rehearsal, as it is stored, answered and printed with --json. A promise to scripts: fields are added, never changed.
import { z } from 'zod'
import { tokenKinds, type JsonValue, type TokenKind } from '../oauth/index.ts'

const count = z.int().nonnegative()

const signInShape = { userId: z.string(), clientId: z.string(), organizationCode: z.string().nullable() }
const machineShape = { clientId: z.string(), audience: z.string(), organizationCode: z.string().nullable() }

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

function comparedShape<Who extends z.ZodRawShape>(who: Who) {
  const whoSchema = z.object(who).describe('Whose token, of which application and organization.')
  return {
    changed: count.describe('Sign-ins whose result or claims differ.'),
    notRehearsed: count.describe('Sign-ins with a call that was skipped; they count nowhere else.'),
    denied: bothSchema.extend({
      examples: z.array(whoSchema.extend({ reason: z.string() })),
    }),
    failed: bothSchema.extend({
      places: z.array(
        z.object({
          code: z.string(),
          message: z.string(),
          at: locationSchema.exactOptional(),
          count,
          examples: z.array(whoSchema),
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
        examples: z.array(whoSchema.extend({ live: z.json().optional(), candidate: z.json().optional() })),
      }),
    ),
    size: z.object({
      largest: z.object({ live: count, candidate: count }).describe('Bytes of the claims of one token.'),
      overBudget: bothSchema.extend({
        examples: z.array(
          whoSchema.extend({ token: z.enum(tokenKinds), budget: count, live: count, candidate: count }),
        ),
      }),
    }),
    calls: z.object({
      answered: count.describe('From recordings.'),
      skipped: count,
      addresses: z.array(z.object({ method: z.string(), url: z.string(), count })),
    }),
    examples: z
      .array(whoSchema.extend({ live: resultSchema, candidate: resultSchema }))
      .describe('Sign-ins that differ, with both results.'),
  }
}

export const rehearsalReportSchema = z.object({
  version: z.literal(1),
  live: z.string().nullable().describe('Id of the deployment; null when no workflow is live.'),
  candidate: z.string().nullable(),
  users: count,
  signIns: count.describe('A user signs in to each application, in each of their organizations.'),
  suspendedUsers: count.describe('Left out: they cannot sign in.'),
  usersOfSeveralOrganizations: count.describe('Rehearsed in each of them.'),
  membershipsLeftOut: count
    .optional()
    .describe('Of users in more organizations than a rehearsal takes: those that they used least recently.'),
  ...comparedShape(signInShape),
  machines: z
    .object({ tokens: count, ...comparedShape(machineShape) })
    .optional()
    .describe('Tokens of machines, one for each API of each application; only when a workflow shapes them.'),
})

export type RehearsalReport = z.infer<typeof rehearsalReportSchema>
export type MachinesReport = NonNullable<RehearsalReport['machines']>
export type SignInOfReport = z.infer<z.ZodObject<typeof signInShape>>
export type MachineOfReport = z.infer<z.ZodObject<typeof machineShape>>

type Both = z.infer<typeof bothSchema>
type Shown = z.infer<typeof resultSchema>
type Row<Of extends { readonly examples: unknown }, Example> = Omit<Of, 'examples'> & { examples: Example[] }

/** What is compared, with examples that say whose token it is. */
export interface ComparedCounts<Who> {
  changed: number
  notRehearsed: number
  denied: Row<RehearsalReport['denied'], Who & { reason: string }>
  failed: Both & { places: Row<RehearsalReport['failed']['places'][number], Who>[] }
  claims: Row<RehearsalReport['claims'][number], Who & { live?: JsonValue; candidate?: JsonValue }>[]
  size: {
    largest: RehearsalReport['size']['largest']
    overBudget: Both & {
      examples: (Who & { token: TokenKind; budget: number; live: number; candidate: number })[]
    }
  }
  calls: RehearsalReport['calls']
  examples: (Who & { live: Shown; candidate: Shown })[]
}
