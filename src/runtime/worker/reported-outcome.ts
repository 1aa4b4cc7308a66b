// The guest's own report of how its run ended, read as hostile text. It can say nothing but the kinds below, and nothing of
// it is believed further than its type: the claims are parsed and checked by the trusted side, the texts are bounded.
import { guestErrorSchema, type RunOutcome } from '../outcome.ts'
import { EngineFailure } from './engine-failure.ts'

const longestMessage = 1024

export function reportedOutcome(kind: string, payload: string, memoryIsFull: boolean): RunOutcome {
  switch (kind) {
    case 'completed':
      return { kind, claimsJson: payload }
    case 'claims-invalid':
    case 'claims-too-large':
      return { kind, message: payload.slice(0, longestMessage) }
    case 'threw':
      return threwOutcome(payload, memoryIsFull)
    default:
      return { kind: 'crashed' }
  }
}

/** How the engine itself says it: as an InternalError, or as a SyntaxError out of the compiler of regular expressions. */
const outOfMemoryNames: ReadonlySet<string> = new Set(['InternalError', 'SyntaxError'])

const thrownSchema = guestErrorSchema.extend({ callCode: guestErrorSchema.shape.name.optional() })

function threwOutcome(payload: string, memoryIsFull: boolean): RunOutcome {
  const { callCode, ...error } = parseThrown(payload)
  // Without memory for an error object the engine throws nothing at all, which is described as null.
  if (memoryIsFull && error.stack === '') return { kind: 'memory-exceeded' }
  if (outOfMemoryNames.has(error.name) && error.message === 'out of memory')
    return { kind: 'memory-exceeded' }
  return { kind: 'threw', error, ...(callCode === undefined ? {} : { callCode }) }
}

function parseThrown(payload: string): {
  name: string
  message: string
  stack: string
  callCode?: string | undefined
} {
  try {
    return thrownSchema.parse(JSON.parse(payload))
  } catch {
    return { name: 'Error', message: 'the workflow threw something that cannot be described', stack: '' }
  }
}

/** What it means for the run that the engine gave up by itself. Anything else that was thrown is our defect. */
export function engineOutcome(error: unknown, memoryIsFull: boolean): RunOutcome {
  if (!(error instanceof EngineFailure)) throw error
  // The engine's extensions abort when they get no memory, which traps.
  return error.reason === 'trap' && !memoryIsFull ? { kind: 'crashed' } : { kind: 'memory-exceeded' }
}

type Stopped = RunOutcome | 'moved' | undefined

/** What stopped the run, with the place where the engine was interrupted if it was for its time. */
export function interruptedAt(stopped: Stopped, error: unknown): Stopped {
  if (typeof stopped !== 'object' || !(error instanceof EngineFailure) || error.guestStack === '')
    return stopped
  const isForTime = stopped.kind === 'running-time-exceeded' || stopped.kind === 'wall-clock-exceeded'
  return isForTime ? { ...stopped, stack: error.guestStack } : stopped
}
