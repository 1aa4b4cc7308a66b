// Whether a replay gave what its recording holds. Durations differ from run to run and are left out.
import { isDeepStrictEqual } from 'node:util'
import type { RunDocument } from '../tokens/index.ts'

/** The first difference as `path: recorded … , replayed …`; undefined when the runs are the same. */
export function firstDifference(recorded: RunDocument, replayed: RunDocument): string | undefined {
  // Recordings of before a trigger could have several workflows say nothing of them.
  const { steps, ...rest } = replayed
  const also = recorded.steps === undefined ? rest : { ...rest, steps }
  return difference('', comparable(recorded), comparable(also))
}

function comparable(document: RunDocument): object {
  const calls = document.calls.map((call) => ({ ...call, durationMs: 0 }))
  const steps = document.steps?.map((step) => ({ ...step, durationMs: 0, ...untimed(step) }))
  return { ...document, replay: undefined, durationMs: 0, calls, steps, ...untimed(document) }
}

/** Where a run stood when its time was up is the clock's doing, not the run's. */
function untimed({ error }: Pick<RunDocument, 'error'>): object {
  return error !== undefined && timedOutCodes.has(error.code) ? { error: { ...error, at: undefined } } : {}
}

const timedOutCodes: ReadonlySet<string> = new Set(['running_time_exceeded', 'wall_clock_exceeded'])

function difference(path: string, recorded: unknown, replayed: unknown): string | undefined {
  if (isDeepStrictEqual(recorded, replayed)) return undefined
  if (
    !isContainer(recorded) ||
    !isContainer(replayed) ||
    Array.isArray(recorded) !== Array.isArray(replayed)
  ) {
    return `${path || 'run'}: recorded ${shown(recorded)}, replayed ${shown(replayed)}`
  }
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const here = path === '' ? name : `${path}.${name}`
    const found = difference(here, Reflect.get(recorded, name), Reflect.get(replayed, name))
    if (found !== undefined) return found
  }
  return undefined
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
