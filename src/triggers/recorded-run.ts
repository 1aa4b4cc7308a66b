// What an invocation keeps in order to run again, byte for byte: the event, what the part that fires the trigger adds to it, the limits,
// and of each workflow clock, randomness and answers. The environment is kept beside it (store/recording-store.ts). What the document of the
// invocation holds is not kept twice, unless a secret was taken out of it there.
import type { JsonObject } from '../oauth/index.ts'
import { changedLimits, type Recording, type RunLimits } from '../runtime/index.ts'

interface Kept {
  readonly event?: JsonObject
  readonly shown?: JsonObject
  readonly hidden: JsonObject
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
