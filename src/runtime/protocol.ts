// What the pool and its worker threads say to each other, and nothing else. A thread runs hostile code one wall away, so the
// pool parses what it says and trusts none of it further than its type. What the pool says is the host's own word, held to
// its type by the compiler; parsing it as well cost a run more than its claims do. Errors cross as plain strings.
import { types } from 'node:util'
import * as z from 'zod'
import type { RunLimits } from './limits.ts'
import { defectSchema } from './defect.ts'
import { guestErrorSchema, runOutcomeSchema } from './outcome.ts'
import { recordingSchema, type Delivery } from './recording.ts'
import type { DeploymentSource, LogLevel } from './sandbox.ts'
import type { Environment } from './environment.ts'

// Not by `instanceof`: a test runner may run the pool in a context with constructors of its own, and messages arrive with the process's.
const bytesSchema = z.custom<Uint8Array>(types.isUint8Array, 'must be bytes')
const sharedBytesSchema = z.custom<SharedArrayBuffer>(types.isSharedArrayBuffer, 'must be shared bytes')
const runNumber = z.int().nonnegative()
const requestNumber = z.int().nonnegative()
const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

/** A run of consecutive non-zero pages of an image: where it belongs, and how long it is. Bytes follow each other in `bytes`. */
const extentSchema = z.strictObject({ at: z.int().nonnegative(), length: z.int().positive() })

/** A prepared engine as plain data: its memory without the zero pages, and where its entry points are. */
export const imageSchema = z.strictObject({
  id: z.string(),
  memoryBytes: z.int().positive(),
  /** Free heap that was set aside for runs, in one piece. */
  roomBytes: z.int().nonnegative(),
  extents: z.array(extentSchema),
  bytes: sharedBytesSchema,
  stackPointer: z.int(),
  runtimePtr: z.int(),
  contextPtr: z.int(),
  extensions: z.array(
    z.strictObject({ name: z.string(), memoryBase: z.int(), tableBase: z.int(), initFn: z.string() }),
  ),
  /** Handles of the guest's entry points, valid in every engine that is restored from this image. */
  entries: z.record(z.string(), z.int()),
  /** The bundle as bytecode, when it has to be evaluated anew in each run. */
  bundle: bytesSchema.optional(),
})

/** From the pool to a thread. */
export type ToWorker =
  /** Run the top level with nothing granted and report the exports. Answered by `inspected`. */
  | { readonly kind: 'inspect'; readonly request: number; readonly code: string }
  /** Make an image. Answered by `prepared` or `refused`. */
  | {
      readonly kind: 'prepare'
      readonly request: number
      readonly id: string
      readonly source: DeploymentSource
    }
  /** Sent before the first run of a deployment on this thread. */
  | { readonly kind: 'image'; readonly image: Image }
  /** Sent when no run needs the image any more. */
  | { readonly kind: 'forget'; readonly image: string }
  | RunOrder
  /** The answer to outgoing call `call` of a run, as the envelope that the guest reads. */
  | { readonly kind: 'answer'; readonly run: number; readonly call: number; readonly envelope: string }
  /** End a run now, without a result. */
  | { readonly kind: 'cancel'; readonly run: number }

/** Start a run. Answered by `ended`, or by `moved` when it must block and may not do so here. */
export interface RunOrder {
  readonly kind: 'run'
  readonly run: number
  readonly image: string
  readonly input: string
  readonly environment: Environment
  readonly localization: Readonly<Record<string, string>>
  /** The limits that differ from the defaults. */
  readonly limits: Partial<RunLimits>
  readonly startedAtMs: number
  /** How long ago the run began on another thread, or waited in the queue, in milliseconds: the wall clock goes on. */
  readonly elapsedMs: number
  readonly seed: string
  /** The clock moves by timers only, and exactly by their delays: how long anything takes does not show. */
  readonly isClockFixed?: true
  /** True on a thread that has nothing else to do: only there may a run block the thread. */
  readonly mayBlock: boolean
  /** True for the few runs that are compared (defect.ts). */
  readonly isWatched: boolean
  /** What was delivered before; it is delivered again in the same order, at the same times. */
  readonly deliveries: readonly Delivery[]
}

/** From a thread to the pool. */
export const toPoolSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  defectSchema,
  z.strictObject({
    kind: z.literal('inspected'),
    request: requestNumber,
    exports: z.string(),
    error: guestErrorSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('prepared'),
    request: requestNumber,
    image: imageSchema,
  }),
  /** The top level threw (`threw`), or ran out of a limit, or the engine failed. */
  z.strictObject({
    kind: z.literal('refused'),
    request: requestNumber,
    reason: z.enum(['threw', 'running-time-exceeded', 'memory-exceeded', 'crashed']),
    error: guestErrorSchema,
  }),
  /** Outgoing call number `call` of a run; `request` is JSON from the guest, `deliveries` those since the call before. */
  z.strictObject({
    kind: z.literal('call'),
    run: runNumber,
    call: z.int().nonnegative(),
    callKind: z.string(),
    request: z.string(),
    deliveries: recordingSchema.shape.deliveries,
  }),
  /** The run has given up outgoing call number `call`: it is ended, and its answer is not waited for. */
  z.strictObject({
    kind: z.literal('abort'),
    run: runNumber,
    call: z.int().nonnegative(),
    deliveries: recordingSchema.shape.deliveries,
  }),
  /** denyAccess was called: said at once, so that a denial outlives the engine and the thread. */
  z.strictObject({ kind: z.literal('denied'), run: runNumber, reason: z.string() }),
  /** The run must block to go on: run it again on a thread of its own. */
  z.strictObject({ kind: z.literal('moved'), run: runNumber, deliveries: recordingSchema.shape.deliveries }),
  z.strictObject({
    kind: z.literal('ended'),
    run: runNumber,
    outcome: runOutcomeSchema,
    log: z.array(z.strictObject({ level: z.enum(logLevels), text: z.string() })),
    reservedAttempts: z.array(z.strictObject({ token: z.string(), claim: z.string(), stack: z.string() })),
    deliveries: recordingSchema.shape.deliveries,
    runningMs: z.number(),
  }),
])

export type Image = z.infer<typeof imageSchema>
export type ToPool = z.infer<typeof toPoolSchema>
export type MessageToPool<Kind extends ToPool['kind']> = Extract<ToPool, { kind: Kind }>
export type MessageToWorker<Kind extends ToWorker['kind']> = Extract<ToWorker, { kind: Kind }>
