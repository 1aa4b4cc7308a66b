// How an engine ends for good. What it means for the run is for reported-outcome.ts, for a deployment for prepare.ts.

/** The engine gave up: interrupted, out of memory, or trapped. It is not used again. */
export class EngineFailure extends Error {
  readonly reason: 'exception' | 'trap'
  /** Where the guest was, in positions of the bundle; empty when the engine does not say. */
  readonly guestStack: string
  constructor(reason: 'exception' | 'trap', message: string, guestStack = '') {
    super(message)
    this.reason = reason
    this.guestStack = guestStack
  }
}
