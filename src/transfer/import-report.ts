// What became of each record of an import: counts, and for each reason how often and where first. Its size is bounded, because it is stored with
// each batch; the whole list goes to the caller, record by record.
import { z } from 'zod'

const mostReasons = 100
const mostPlaces = 5

const reasonSchema = z.strictObject({ reason: z.string(), count: z.number(), places: z.array(z.string()) })

export const importReportSchema = z.strictObject({
  organizations: z.strictObject({ created: z.number(), present: z.number() }),
  users: z.strictObject({
    created: z.number(),
    /** They existed and got what was missing: a membership, a password. */
    completed: z.number(),
    /** They existed, and nothing of them changed. */
    present: z.number(),
  }),
  /** Of an export of Mintage: how many of each other kind were created. */
  others: z.record(z.string(), z.number()).exactOptional(),
  /** Records that were not taken. */
  skipped: z.array(reasonSchema),
  /** Parts of records that were not taken. */
  leftOut: z.array(reasonSchema),
})
export type ImportReport = z.output<typeof importReportSchema>

export interface Remark {
  readonly kind: 'skipped' | 'leftOut'
  readonly at: string
  readonly reason: string
}

export function newReport(): ImportReport {
  return {
    organizations: { created: 0, present: 0 },
    users: { created: 0, completed: 0, present: 0 },
    skipped: [],
    leftOut: [],
  }
}

export function remark(report: ImportReport, { kind, at, reason }: Remark): void {
  const list = report[kind]
  const known =
    list.find((one) => one.reason === reason) ??
    (list.length < mostReasons ? undefined : list.find((one) => one.reason === otherReasons))
  if (known === undefined)
    list.push({ reason: list.length < mostReasons - 1 ? reason : otherReasons, count: 1, places: [at] })
  else {
    known.count += 1
    if (known.places.length < mostPlaces) known.places.push(at)
  }
}

const otherReasons = 'other reasons'

export function countOf(reasons: ImportReport['skipped']): number {
  return reasons.reduce((sum, { count }) => sum + count, 0)
}
