// What one run of a workflow ended in, as the sandbox reports it: a closed union. What is done about it is the
// decision (triggers/decision.ts). Nothing here is trusted further than its type: texts come from the guest.
import * as z from 'zod'

/** What the guest threw, as plain strings. `stack` is in positions of the bundle; workflows/source-position.ts maps them. */
export const guestErrorSchema = z.strictObject({ name: z.string(), message: z.string(), stack: z.string() })

export const runOutcomeSchema = z.discriminatedUnion('kind', [
  /** The claims of each token as the JSON text that the guest ended with; parsed and checked by tokens/claims.ts. */
  z.strictObject({ kind: z.literal('completed'), claimsJson: z.string() }),
  z.strictObject({ kind: z.literal('denied'), reason: z.string() }),
  /** Threw, or the returned promise was rejected. `callCode` is set when it was an outgoing call's failure, uncaught. */
  z.strictObject({ kind: z.literal('threw'), error: guestErrorSchema, callCode: z.string().optional() }),
  /** The claims cannot be written as JSON; `message` names token and path. */
  z.strictObject({ kind: z.literal('claims-invalid'), message: z.string() }),
  z.strictObject({ kind: z.literal('claims-too-large'), message: z.string() }),
  /** `stack`: where the workflow was when it was interrupted, in positions of the bundle; absent when it only waited. */
  z.strictObject({ kind: z.literal('wall-clock-exceeded'), stack: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('running-time-exceeded'), stack: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('memory-exceeded') }),
  z.strictObject({ kind: z.literal('calls-exceeded') }),
  z.strictObject({ kind: z.literal('log-exceeded') }),
  /** Waits for something that cannot come any more. */
  z.strictObject({ kind: z.literal('never-settled') }),
  /** The engine trapped or its thread was lost; or, as `message` says, what the run ended with cannot be trusted. */
  z.strictObject({ kind: z.literal('crashed'), message: z.string().exactOptional() }),
  /** No engine was free in time, or the sandbox is closed. */
  z.strictObject({ kind: z.literal('busy') }),
  /** A replay asked for something else than its recording holds. */
  z.strictObject({ kind: z.literal('replay-diverged'), message: z.string() }),
])

export type GuestError = z.infer<typeof guestErrorSchema>
export type RunOutcome = z.infer<typeof runOutcomeSchema>
export type OutcomeKind = RunOutcome['kind']
