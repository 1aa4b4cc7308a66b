// What the replay of many invocations found, by claim and with examples. Bounded, however many invocations and claims there are.
import { z } from 'zod'
import type { JsonValue } from '../oauth/index.ts'
import { isIssuedTheSame } from './differences.ts'
import { notReplayable, type NotReplayable } from './recorded-invocation.ts'
import type { Replay } from './replay-invocation.ts'

const mostExamples = 3
const mostRows = 200
/** Of a value in an example, in characters of JSON. */
const longestValue = 500

const exampleSchema = z.object({
  invocation: z.string(),
  user: z.string().nullable(),
  recorded: z.json().optional(),
  replayed: z.json().optional(),
})

const changeSchema = z.object({
  of: z.string().describe('`decision`, `outcome`, `denied`, `error`, `log`, `calls`, or a token.'),
  claim: z.string().optional().describe('Of a token; `*` is the whole of it.'),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  examples: z.array(exampleSchema),
})

export const replayReportSchema = z.object({
  version: z.literal(1),
  deployment: z
    .string()
    .nullable()
    .describe('What was replayed with; null for each invocation’s own deployment.'),
  replayed: z.int(),
  identical: z
    .int()
    .describe('Of those, how many would issue the same tokens, byte for byte, or the same refusal.'),
  differing: z.int(),
  notReplayed: z.array(z.object({ reason: z.string(), count: z.int() })),
  changes: z.array(changeSchema).describe('Of what differs, the most frequent first.'),
  skippedCalls: z
    .array(z.object({ method: z.string(), url: z.string(), count: z.int() }))
    .describe('Calls that the recordings hold no answer to.'),
})

export type ReplayReport = z.output<typeof replayReportSchema>
type Change = ReplayReport['changes'][number]
type SkippedCall = ReplayReport['skippedCalls'][number]

export class ReplayTally {
  readonly #deployment: string | null
  #replayed = 0
  #differing = 0
  readonly #notReplayed = new Map<NotReplayable, number>()
  readonly #changes = new Map<string, Change>()
  readonly #skippedCalls = new Map<string, SkippedCall>()

  constructor(deployment: string | null) {
    this.#deployment = deployment
  }

  get count(): number {
    return this.#replayed + [...this.#notReplayed.values()].reduce((sum, count) => sum + count, 0)
  }

  countUnreplayed(reason: NotReplayable): void {
    this.#notReplayed.set(reason, (this.#notReplayed.get(reason) ?? 0) + 1)
  }

  add({ invocation, differences, missing }: Replay): void {
    this.#replayed += 1
    if (!isIssuedTheSame(differences)) this.#differing += 1
    for (const { of, claim, kind, recorded, replayed } of differences) {
      const row = rowOf(this.#changes, `${of} ${claim ?? ''}`, () => ({
        of,
        ...(claim !== undefined && { claim }),
        ...{ added: 0, changed: 0, removed: 0, examples: [] },
      }))
      if (row === undefined) continue
      row[kind] += 1
      if (row.examples.length < mostExamples)
        row.examples.push({
          invocation: invocation.id,
          user: invocation.userId,
          ...(recorded !== undefined && { recorded: bounded(recorded) }),
          ...(replayed !== undefined && { replayed: bounded(replayed) }),
        })
    }
    for (const { method, url } of missing) {
      // The query tends to be another one for each user.
      const address = url.replace(/[?#].*$/s, '')
      const row = rowOf(this.#skippedCalls, `${method} ${address}`, () => ({
        method,
        url: address,
        count: 0,
      }))
      if (row !== undefined) row.count += 1
    }
  }

  report(): ReplayReport {
    return {
      version: 1,
      deployment: this.#deployment,
      replayed: this.#replayed,
      identical: this.#replayed - this.#differing,
      differing: this.#differing,
      notReplayed: Array.from(this.#notReplayed, ([reason, count]) => ({
        reason: notReplayable[reason],
        count,
      })),
      changes: [...this.#changes.values()].toSorted((a, b) => total(b) - total(a)),
      skippedCalls: [...this.#skippedCalls.values()].toSorted((a, b) => b.count - a.count),
    }
  }
}

function total({ added, changed, removed }: Change): number {
  return added + changed + removed
}

/** Undefined when there are too many rows for another one. */
function rowOf<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row | undefined {
  const known = rows.get(key)
  if (known !== undefined || rows.size >= mostRows) return known
  const row = make()
  rows.set(key, row)
  return row
}

function bounded(value: JsonValue): JsonValue {
  const json = JSON.stringify(value)
  return json.length > longestValue ? `${json.slice(0, longestValue - 1).toWellFormed()}…` : value
}
