// How a run reaches the thread that it is on; the thread implements it (main.ts).
import type { RunOutcome } from '../outcome.ts'
import type { Run } from './run.ts'

/** What a run says to the thread around it. */
export interface RunPort {
  /** Outgoing call `call`: to be answered through `answer`. */
  call(run: Run, call: number, kind: string, request: string): void
  /** Outgoing call `call` is no longer wanted: whatever carries it out may stop. */
  abort(run: Run, call: number): void
  /** Blocks the thread until the call is answered; undefined when time ran out. Only for runs that may block. */
  awaitAnswer(run: Run, call: number, deadline: number): string | undefined
  /** The run is over: `outcome`, or 'moved' when it must block and may not do so here. */
  ended(run: Run, outcome: RunOutcome | 'moved'): void
  /** denyAccess was called for the first time. */
  denied(run: Run, reason: string): void
  entering(run: Run): void
  leaving(): void
}
