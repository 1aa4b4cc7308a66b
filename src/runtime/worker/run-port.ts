// How a run reaches the thread that it is on; the thread implements it (main.ts).
import type { RunOutcome } from '../outcome.ts'
import type { MessageToPool } from '../protocol.ts'
import type { Run } from './run.ts'

/** An outgoing call as the pool receives it. */
export type OutgoingCall = Omit<MessageToPool<'call'>, 'kind' | 'run'>

/** What a run says to the thread around it. */
export interface RunPort {
  /** To be answered through `answer`. */
  call(run: Run, call: OutgoingCall): void
  /** Outgoing call `call` is not wanted any more: whatever carries it out may stop. */
  abort(run: Run, call: Omit<MessageToPool<'abort'>, 'kind' | 'run'>): void
  /** Blocks the thread until the call is answered; undefined when time ran out. Only for runs that may block. */
  awaitAnswer(run: Run, call: number, deadline: number): string | undefined
  /** The run is over: `outcome`, or 'moved' when it must block and may not do so here. */
  ended(run: Run, outcome: RunOutcome | 'moved'): void
  /** denyAccess was called for the first time. */
  denied(run: Run, reason: string): void
  /** `threadMs`: the thread's processor time at this moment. */
  entering(run: Run, threadMs: number): void
  leaving(): void
  /** True once a defect was found in this process (defect.ts). */
  readonly isCareful: boolean
}
