// What the pool and its worker threads say to each other, and nothing else. Both sides parse what arrives: the thread
// runs hostile code one wall away, so the pool trusts none of its messages further than their type, and a thread
// refuses what it cannot read. Errors cross as plain strings.
import { z } from 'zod'
import type { DeploymentSource, LogLevel } from './sandbox.ts'
import { guestErrorSchema, runOutcomeSchema } from './outcome.ts'
import { recordingSchema } from './recording.ts'

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes')
const runNumber = z.int().nonnegative()
const requestNumber = z.int().nonnegative()
const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

/** The limits that differ from the defaults. */
const limitsSchema = z.strictObject({
  wallClockMs: z.number().exactOptional(),
  runningTimeMs: z.number().exactOptional(),
  memoryBytes: z.number().exactOptional(),
  calls: z.number().exactOptional(),
  callMs: z.number().exactOptional(),
  callBytes: z.number().exactOptional(),
  logBytes: z.number().exactOptional(),
  claimsBytes: z.number().exactOptional(),
  claimsDepth: z.number().exactOptional(),
  bundleBytes: z.number().exactOptional(),
})

const sourceSchema: z.ZodType<DeploymentSource> = z.strictObject({
  code: z.string(),
  bindings: z.array(z.string()),
  reservedClaims: z.record(z.string(), z.array(z.string())),
  secureFetchEncoding: z.enum(['base64url', 'base64']),
})

/** A run of consecutive non-zero pages of an image: where it belongs, and how long it is. Bytes follow each other in `bytes`. */
const extentSchema = z.strictObject({ at: z.int().nonnegative(), length: z.int().positive() })

/** A prepared engine as plain data: its memory without the zero pages, and where its entry points are. */
export const imageSchema = z.strictObject({
  id: z.string(),
  memoryBytes: z.int().positive(),
  /** Free heap that was set aside for runs, in one piece. */
  roomBytes: z.int().nonnegative(),
  extents: z.array(extentSchema),
  bytes: z.instanceof(SharedArrayBuffer),
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
export const toWorkerSchema = z.discriminatedUnion('kind', [
  /** Run the top level with nothing granted and report the exports. Answered by `inspected`. */
  z.strictObject({ kind: z.literal('inspect'), request: requestNumber, code: z.string() }),
  /** Make an image. Answered by `prepared` or `refused`. */
  z.strictObject({
    kind: z.literal('prepare'),
    request: requestNumber,
    id: z.string(),
    source: sourceSchema,
  }),
  /** Sent before the first run of a deployment on this thread. */
  z.strictObject({ kind: z.literal('image'), image: imageSchema }),
  /** Sent when no run needs the image any more. */
  z.strictObject({ kind: z.literal('forget'), image: z.string() }),
  /** Start a run. Answered by `ended`, or by `moved` when it must block and may not do so here. */
  z.strictObject({
    kind: z.literal('run'),
    run: runNumber,
    image: z.string(),
    input: z.string(),
    environment: z.record(z.string(), z.strictObject({ value: z.string(), isSecret: z.boolean() })),
    localization: z.record(z.string(), z.string()),
    limits: limitsSchema,
    startedAtMs: z.int().nonnegative(),
    /** How long ago the run began on another thread, or waited in the queue, in milliseconds: the wall clock goes on. */
    elapsedMs: z.number().nonnegative(),
    seed: recordingSchema.shape.seed,
    /** True on a thread that has nothing else to do: only there may a run block the thread. */
    mayBlock: z.boolean(),
    /** What was delivered before; it is delivered again in the same order, at the same times. */
    deliveries: recordingSchema.shape.deliveries,
  }),
  /** The answer to outgoing call `call` of a run, as the envelope that the guest reads. */
  z.strictObject({
    kind: z.literal('answer'),
    run: runNumber,
    call: z.int().nonnegative(),
    envelope: z.string(),
  }),
  /** End a run now, without a result. */
  z.strictObject({ kind: z.literal('cancel'), run: runNumber }),
])

/** From a thread to the pool. */
export const toPoolSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
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
    reason: z.enum(['threw', 'running-time-exceeded', 'out-of-memory', 'crashed']),
    error: guestErrorSchema,
  }),
  /** Outgoing call number `call` of a run; `request` is JSON from the guest. */
  z.strictObject({
    kind: z.literal('call'),
    run: runNumber,
    call: z.int().nonnegative(),
    callKind: z.string(),
    request: z.string(),
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
export type ToWorker = z.infer<typeof toWorkerSchema>
export type ToPool = z.infer<typeof toPoolSchema>
export type MessageToPool<Kind extends ToPool['kind']> = Extract<ToPool, { kind: Kind }>
export type MessageToWorker<Kind extends ToWorker['kind']> = Extract<ToWorker, { kind: Kind }>

/** Slots of the memory that the pool shares with each thread. */
export const signalSlots = {
  /** Raised by the pool with each message, so that a blocked thread wakes up. */
  messages: 0,
  /** Non-zero while the thread is inside the engine; changes with each entry, so that the pool sees a thread that stays. */
  inside: 1,
  /** Number of the run that is inside, plus one; zero when a deployment is being prepared. */
  insideRun: 2,
} as const
