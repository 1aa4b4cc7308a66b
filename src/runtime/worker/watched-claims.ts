// The claims of a watched run, twice: as they were read out of the engine's memory, and as the guest writes them. The guest's are used
// when both are the same. Which of two that differ is right is not known, so neither is used (docs/decisions/0058).
import { isDeepStrictEqual } from 'node:util'
import type { RunOutcome } from '../outcome.ts'

export class WatchedClaims {
  #differ = false
  #read: string | undefined

  get differ(): boolean {
    return this.#differ
  }

  /** Keeps the claims as they were read, and gives nothing, so that the guest writes them too. */
  alsoWritten(read: string | undefined): undefined {
    this.#read = read
  }

  /** What the guest ended with, compared with what was read of it. */
  compared(outcome: RunOutcome): RunOutcome {
    if (this.#read === undefined) return outcome
    if (outcome.kind === 'completed' && isSameJson(this.#read, outcome.claimsJson)) return outcome
    this.#differ = true
    return {
      kind: 'crashed',
      message: 'The sandbox read the claims of this run in two ways that differ, so it uses neither.',
    }
  }

  /** A run that was stopped while the guest wrote what had been read lacked time or memory only because it was watched. */
  spared(stopped: RunOutcome | undefined): RunOutcome | undefined {
    if (stopped === undefined || this.#read === undefined) return stopped
    return { kind: 'completed', claimsJson: this.#read }
  }
}

function isSameJson(one: string, other: string): boolean {
  if (one === other) return true
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other))
  } catch {
    return false
  }
}
