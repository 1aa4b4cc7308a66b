// A run written down so that it can be run again and give the same bytes: what it started with (clock, seed, event,
// claims) and everything that came in from outside while it ran, in the order in which it came.
//
// The clock of a run stands still while code runs and moves when something is delivered: an answer or a timer. That is
// what makes a recording complete, and what keeps a guest from measuring anything finer than a millisecond.
import * as z from 'zod'

/** Something delivered into a run: the answer to outgoing call `id`, or timer `id` firing, `atMs` after the start. */
const deliverySchema = z.strictObject({
  kind: z.enum(['answer', 'timer']),
  id: z.int().nonnegative(),
  atMs: z.int().nonnegative(),
})

/** The answer to outgoing call number `call` (from 0), as the envelope that the guest reads. */
const answerSchema = z.strictObject({
  call: z.int().nonnegative(),
  kind: z.string(),
  /** Of an outgoing call, as the workflow asked for it. Older recordings do not have them. */
  method: z.string().exactOptional(),
  url: z.string().exactOptional(),
  /** SHA-256 of the request, so that a replay notices that it asks for something else. */
  requestHash: z.string(),
  /** Absent when the run ended before the answer was delivered. */
  envelope: z.string().exactOptional(),
})

/** An outgoing call as the invocation shows it. */
const callEntrySchema = z.strictObject({
  method: z.string(),
  url: z.string(),
  status: z.int().exactOptional(),
  durationMs: z.number(),
  /** The rule that stood in for the server. */
  answeredBy: z.string().exactOptional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).exactOptional(),
})

export const recordingSchema = z.strictObject({
  startedAtMs: z.int().nonnegative(),
  /** 32 bytes of randomness as hex; every random number of the run comes from it. */
  seed: z.string().regex(/^[0-9a-f]{64}$/),
  answers: z.array(answerSchema),
  deliveries: z.array(deliverySchema),
  calls: z.array(callEntrySchema),
})

export type CallEntry = z.infer<typeof callEntrySchema>
export type Delivery = z.infer<typeof deliverySchema>
export type RecordedAnswer = z.infer<typeof answerSchema>
export type Recording = z.infer<typeof recordingSchema>

/** What a recording says of a call, for people and for a replay of other code. `request` is the guest's. */
export function askedOf(request: unknown): Pick<RecordedAnswer, 'method' | 'url'> {
  const { method, url } = Object(request) as { readonly method?: unknown; readonly url?: unknown }
  return {
    ...(typeof method === 'string' && { method }),
    ...(typeof url === 'string' && { url }),
  }
}
