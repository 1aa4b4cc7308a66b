// What clients of an issuer did and what they were told: a line of JSON for each request, with the time before it
// was sent and the time after it was answered. A request without an answer may have happened: `maybe`. The moment at which it
// happened lies somewhere between the two times, and invariants.ts claims no more than that.
import { performance } from 'node:perf_hooks'
import { z } from 'zod'

const resultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signed-in'), code: z.string() }),
  z.strictObject({
    kind: z.literal('issued'),
    accessToken: z.string(),
    idToken: z.string(),
    refreshToken: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    status: z.int(),
    error: z.string(),
    description: z.string(),
  }),
  z.strictObject({ kind: z.literal('maybe'), reason: z.string() }),
  /** What is done to the issuer, not by a client. */
  z.strictObject({ kind: z.literal('done') }),
])

const entrySchema = z.strictObject({
  client: z.string(),
  /** `sign-in`: by password; `return`: by the session of an earlier one; `crash`: the end of the process. */
  op: z.enum(['sign-in', 'return', 'redeem', 'refresh', 'crash']),
  /** The user of a sign-in, the code, the refresh token. */
  arg: z.string(),
  /** Milliseconds since the epoch, by a clock that never steps back. */
  t0: z.number(),
  t1: z.number(),
  result: resultSchema,
})

export type HistoryEntry = z.infer<typeof entrySchema>
export type Operation = HistoryEntry['op']
export type OperationResult = HistoryEntry['result']
export type IssuedTokens = Extract<OperationResult, { kind: 'issued' }>

export interface Recorded {
  readonly client: string
  readonly op: Operation
  readonly arg: string
}

export class History {
  readonly #lines: string[] = []

  /** An attempt that rejects got no answer. */
  async record(what: Recorded, attempt: () => Promise<OperationResult>): Promise<OperationResult> {
    const t0 = nowMs()
    const result = await attempt().catch((error: unknown): OperationResult => ({
      kind: 'maybe',
      reason: String(error),
    }))
    this.#lines.push(JSON.stringify({ ...what, t0, t1: nowMs(), result }))
    return result
  }

  /** In the order in which they ended. */
  entries(): HistoryEntry[] {
    return this.#lines.map((line) => entrySchema.parse(JSON.parse(line)))
  }

  /** JSON lines, for a file. */
  text(): string {
    return `${this.#lines.join('\n')}\n`
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
