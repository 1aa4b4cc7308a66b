// What the host functions of an engine lead to. A run is one (run.ts), preparing a deployment is another (prepare.ts);
// an engine that does neither leads to `closedHost`, so that a late call has no effect.

export interface RunHost {
  /** The clock that the guest sees, in milliseconds since the epoch. */
  nowMs(): number
  fillRandom(target: Uint8Array): void
  /** Asked by the engine every few thousand operations; true ends what it is doing. */
  shouldStop(): boolean
  log(level: string, text: string): void
  deny(reason: string): void
  /** JSON of `{value, isSecret}`, or an empty string when there is no such variable. */
  environmentVariable(key: string): string
  /** JSON string, or an empty string. */
  localizedText(key: string): string
  /** Starts a host call and gives its number; -1 when the run is ending. */
  call(kind: string, request: string): number
  /** Blocks until the call is answered and gives the envelope. */
  wait(call: number): string
  /** Gives up a call: its answer is never delivered. */
  abortCall(call: number): void
  setTimer(id: number, delayMs: number): void
  clearTimer(id: number): void
  /** Throws a RangeError when the run has made enough Intl formatters: neither V8 nor the guest counts their memory. */
  spendFormatter(): void
  reservedAttempt(token: string, claim: string, stack: string): void
  /** Ends the run with its claims if they are plain data of at most `bytes` bytes of JSON; false when the guest has to walk. */
  finishPlain(bytes: number): boolean
  finish(kind: string, payload: string): void
}

/** Thrown into the guest by a host function; the guest may catch it, the host has already noted what it needs. */
export class HostRefusal extends Error {
  constructor(message: string) {
    super(message)
    // The engine copies name, message and stack into the guest: nothing of the host may show, its classes neither.
    this.name = 'TypeError'
    this.stack = ''
  }
}

function refuse(): never {
  throw new HostRefusal('the run has ended')
}

export const closedHost: RunHost = {
  nowMs: () => 0,
  fillRandom: (target) => void target.fill(0),
  shouldStop: () => true,
  log: refuse,
  deny: refuse,
  environmentVariable: refuse,
  localizedText: refuse,
  call: refuse,
  wait: refuse,
  abortCall: refuse,
  setTimer: refuse,
  clearTimer: refuse,
  spendFormatter: refuse,
  reservedAttempt: refuse,
  finishPlain: refuse,
  finish: refuse,
}
