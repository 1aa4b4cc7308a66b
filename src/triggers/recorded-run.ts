// What an invocation keeps in order to run again, byte for byte: the event, what the part that fires the trigger adds to it, the limits,
// and of each workflow clock, randomness and answers. The environment is kept beside it (store/recording-store.ts). What the document of the
// invocation holds is not kept twice, unless a secret was taken out of it there.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { changedLimits, recordingSchema, type Recording, type RunLimits } from '../runtime/index.ts'

const jsonObject = z.record(z.string(), z.json())

const none = { answers: [], deliveries: [], calls: [] }

/** Most runs make no calls: what they lack is not written. */
const keptRecordingSchema = z.preprocess(
  (kept) => (typeof kept === 'object' && kept !== null ? { ...none, ...kept } : kept),
  recordingSchema,
)

const recordedRunSchema = z.object({
  version: z.literal(1),
  event: jsonObject
    .optional()
    .describe('As it was, when the document of the invocation does not hold it so.'),
  shown: jsonObject.optional().describe('What else the document does not hold as it was.'),
  hidden: jsonObject.default({}).describe('What the document never holds.'),
  limits: z.record(z.string(), z.number()).default({}).describe('Those that differ from the defaults.'),
  steps: z
    .array(z.object({ workflow: z.string(), recording: keptRecordingSchema.optional() }))
    .describe('In the order of the deployment. A workflow that did not run has no recording.'),
})

export type RecordedRun = z.infer<typeof recordedRunSchema>

interface Kept {
  readonly event?: JsonObject
  readonly shown?: JsonObject
  readonly hidden: object
  readonly limits: RunLimits
  readonly steps: readonly { readonly workflow: string; readonly recording?: Recording }[]
}

/** As it is written. */
export function recordedRun({ limits, hidden, steps, ...run }: Kept): object {
  const changed = changedLimits(limits)
  return {
    version: 1,
    ...run,
    ...(Object.keys(hidden).length > 0 && { hidden }),
    ...(Object.keys(changed).length > 0 && { limits: changed }),
    steps: steps.map(({ workflow, recording }) => ({
      workflow,
      ...(recording && { recording: withoutEmpty(recording) }),
    })),
  }
}

/** Undefined when another version wrote it. */
export function parseRecordedRun(json: JsonObject): RecordedRun | undefined {
  return recordedRunSchema.safeParse(json).data
}

function withoutEmpty(recording: Recording): object {
  return Object.fromEntries(
    Object.entries(recording).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  )
}

/** About how much memory recordings take, in bytes: answers can be large, everything else is bounded. */
export function answerBytes(recordings: readonly Recording[]): number {
  return recordings
    .flatMap(({ answers }) => answers)
    .reduce((bytes, { envelope }) => bytes + (envelope?.length ?? 0), 0)
}
