// The port to the sandbox: prepare a deployment, invoke it. The pool of worker threads (pool.ts) stands behind it; the
// port says nothing of threads, so that a pool in another process could.
import type { JsonObject } from '../oauth/index.ts'
import type { Environment } from './environment.ts'
import type { HostCalls } from './host-calls/index.ts'
import type { RunLimits } from './limits.ts'
import type { RunOutcome } from './outcome.ts'
import type { CallEntry, Recording } from './recording.ts'

export type { CallEntry }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogEntry {
  readonly level: LogLevel
  readonly text: string
}

/** An attempt to set a reserved claim that the guest noticed. A courtesy: tokens/claims.ts refuses with or without it. */
export interface ReservedAttempt {
  readonly token: string
  readonly claim: string
  /** Stack of the assignment, in positions of the bundle. */
  readonly stack: string
}

/** A workflow as one CommonJS script, and the bindings that its deployment mounts, by Kinde's keys (C§6.2). */
export interface DeploymentSource {
  readonly code: string
  readonly bindings: readonly string[]
  /** Claim names that no workflow may set, for each token; the guest notes the line of an attempt. */
  readonly reservedClaims: Readonly<Record<string, readonly string[]>>
  readonly secureFetchEncoding: 'base64url' | 'base64'
}

/** A deployment with its memory image. Immutable; the id is a hash of everything that made it. */
export interface PreparedDeployment {
  readonly id: string
  readonly source: DeploymentSource
  /** True when the top level reads the clock, randomness, the environment or calls out, and so runs anew in each run. */
  readonly evaluatedPerRun: boolean
  /** Size of the memory image, in bytes. */
  readonly imageBytes: number
  /** How long preparing took, in milliseconds. */
  readonly prepareMs: number
}

/** What a module exports, found by running its top level inside the sandbox with nothing granted. */
export interface ModuleExports {
  readonly defaultExport: 'function' | 'handle-object' | 'missing' | 'other'
  /** `workflowSettings` as JSON, or undefined when it is not exported. */
  readonly settings: unknown
  /** Why `settings` is missing although it is exported: JSON cannot carry it. */
  readonly settingsProblem?: string
  /** What the top level threw, if it did. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string }
}

/** What a workflow may change. */
export interface Changeable {
  /** For each token that is minted: the claims that a workflow may change, with their default values. */
  readonly claims: Readonly<Record<string, JsonObject>>
}

/** What a run gets in place of the clock, of randomness and of the network. */
export interface GivenToRun {
  /** What its clock shows at the start, in milliseconds since the epoch; the clock moves on from there. */
  readonly startedAtMs?: number
  /** The clock moves by timers only, exactly by their delays: how long anything takes does not show. */
  readonly isClockFixed?: boolean
  /** 32 bytes as hex; every random number of the run comes from it. */
  readonly seed?: string
  /** Answers all host calls of the run; those of the sandbox are not asked. */
  readonly hostCalls?: Pick<HostCalls, 'execute'>
}

export interface Invocation extends Changeable {
  readonly id: string
  readonly deployment: PreparedDeployment
  readonly event: JsonObject
  readonly environment: Environment
  /** Texts for kinde.localization.get. */
  readonly localization: Readonly<Record<string, string>>
  readonly limits: RunLimits
  /** Given for a replay: the run sees the recorded clock, randomness and answers and makes no call. */
  readonly replay?: Recording
  /** Counts where a replay says nothing. */
  readonly given?: GivenToRun
  /** Nothing waits for it: it gets a thread of its own, so that it takes no other run's turn, however long it computes. */
  readonly isAside?: boolean
}

export interface InvocationResult {
  readonly outcome: RunOutcome
  readonly reservedAttempts: readonly ReservedAttempt[]
  readonly log: readonly LogEntry[]
  readonly calls: readonly CallEntry[]
  readonly durationMs: number
  readonly runningMs: number
  readonly recording: Recording
}

export interface SandboxStats {
  /** False when it was closed, or gave up because no thread starts: every run ends as `busy` from then on. */
  readonly isOpen: boolean
  readonly threads: number
  /** Threads for runs that block on an outgoing call (`kinde.fetch` touched without `await`), in use or kept a while. */
  readonly lentThreads: number
  readonly inFlight: number
  readonly queued: number
  /** Threads that were lost or terminated, since the start. */
  readonly threadsLost: number
  /** Defects that comparisons have found, since the start. */
  readonly defects: number
  /** True once a defect was found: memory is put back as a whole, and the guest writes its claims. */
  readonly isCareful: boolean
  /** Runs moved to a lent thread, since the start. */
  readonly runsMoved: number
}

export interface Sandbox {
  /** Runs the module's top level with nothing granted and reports what it exports. Rejects only with SandboxError. */
  inspect(code: string): Promise<ModuleExports>
  /** Makes the memory image. Rejects with WorkflowError `top_level_threw` or with SandboxError. */
  prepare(source: DeploymentSource): Promise<PreparedDeployment>
  /**
   * Undoes one `prepare`. When each has been undone, the image goes with the last run in flight that needs it, and later
   * invocations of the deployment end as `busy`.
   */
  release(deployment: PreparedDeployment): void
  /** One bounded run. Never rejects: every failure is an outcome. */
  invoke(invocation: Invocation): Promise<InvocationResult>
  stats(): SandboxStats
  /** Ends the threads; runs in flight end as `busy`. */
  close(): Promise<void>
}
