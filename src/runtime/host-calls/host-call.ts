// The outgoing side of a run: what the guest may ask the host to do while it waits. One file per kind beside this one.
import type { ErrorCode } from '../../errors/index.ts'
import type { Environment } from '../environment.ts'
import type { RunLimits } from '../limits.ts'

export const hostCallKinds = ['fetch', 'secureFetch', 'jwtCacheGet', 'jwtCachePut'] as const
export type HostCallKind = (typeof hostCallKinds)[number]

/** What a host call knows of the run that makes it. */
export interface HostCallContext {
  readonly runId: string
  readonly limits: RunLimits
  readonly environment: Environment
  readonly secureFetchEncoding: 'base64url' | 'base64'
  /** Aborted when the run has ended, for whatever reason: sockets are closed, leases are given back. */
  readonly signal: AbortSignal
  /** Aborted when the workflow gives up this one call; only a fetch can be given up. */
  readonly abortedByWorkflow?: AbortSignal
  /** True when the run itself was started by a call of a workflow to our own issuer (own-origin.ts). */
  readonly isWithinOwnCall: boolean
}

/**
 * In characters of JSON. A call that sends nothing is bounded closer: what it holds is parsed whole, and the workflow chooses how many
 * members its `validation` has.
 */
export const longestRequest: Readonly<Record<HostCallKind, number>> = Object.freeze({
  fetch: 1024 * 1024,
  secureFetch: 1024 * 1024,
  jwtCacheGet: 64 * 1024,
  jwtCachePut: 64 * 1024,
})

/** The envelope that crosses the wall. A host call never throws and never rejects across it. */
export type HostCallAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string }

/** What the invocation shows of a call; `undefined` when it is not an outgoing call of its own (a cache look-up). */
export interface HostCallTrace {
  readonly method: string
  readonly url: string
  readonly status?: number
  /** The rule that stood in for the server (answers.ts). */
  readonly answeredBy?: string
}

export interface HostCallResult {
  readonly answer: HostCallAnswer
  readonly trace?: HostCallTrace
}

/** Executes the host calls of all runs. `request` is JSON from the guest and as hostile as everything from there. */
export interface HostCalls {
  execute(kind: HostCallKind, request: unknown, context: HostCallContext): Promise<HostCallResult>
  close(): Promise<void>
}
