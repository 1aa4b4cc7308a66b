// One worker thread: takes orders from the pool, runs each run in an engine of its own, many of them side by side while
// they wait. It knows no network, no key and no other run's data; what it does not know, a guest that took over its
// engine cannot get.
import { performance } from 'node:perf_hooks'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import * as z from 'zod'
import { preludeFileName } from '../bundle-script.ts'
import { InFlight } from '../in-flight.ts'
import { endedText, orderOf } from '../message-text.ts'
import type { Image, MessageToWorker, ToPool, RunOrder, ToWorker } from '../protocol.ts'
import type { RunOutcome } from '../outcome.ts'
import { signalSlots } from '../signal.ts'
import { lowerPriority } from '../thread-priority.ts'
import { compileScript } from './compile.ts'
import { type Engine, type EngineParts } from './engine.ts'
import { differenceFrom } from './image.ts'
import { inspectExports, prepareImage, PrepareRefused, type PrepareContext } from './prepare.ts'
import { ReadyEngines } from './ready-engines.ts'
import { Run } from './run.ts'
import type { OutgoingCall, RunPort } from './run-port.ts'
import { closedHost } from './run-host.ts'
import { roomier } from './roomier-image.ts'
import { threadMs } from './running-time.ts'

const workerDataSchema = z.strictObject({
  parts: z.custom<EngineParts>(),
  prelude: z.string(),
  streams: z.string(),
  memoryBytes: z.number(),
  runningTimeMs: z.number(),
  prioritizeEventLoop: z.boolean(),
  signal: z.instanceof(SharedArrayBuffer),
})

type WorkerData = z.infer<typeof workerDataSchema>
type ThreadContext = Omit<PrepareContext, 'inside'>

class WorkerThread implements RunPort {
  readonly #port: NonNullable<typeof parentPort>
  readonly #signal: Int32Array
  readonly #context: ThreadContext
  readonly #engines: ReadyEngines
  readonly #images = new Map<string, Image>()
  /** Images that are being made roomier: many runs of one deployment outgrow theirs at once, and one answer is enough. */
  readonly #widening = new Set<Image>()
  readonly #runs = new InFlight<Run>()
  /** Orders that arrived while the thread was blocked. */
  readonly #backlog: ToWorker[] = []
  #received = 0
  /** Until the first run: what a thread does before is part of the start, and no request waits for the event loop meanwhile. */
  #lowersPriority: boolean
  #entries = 0

  constructor(port: NonNullable<typeof parentPort>, context: ThreadContext, data: WorkerData) {
    this.#port = port
    this.#lowersPriority = data.prioritizeEventLoop
    this.#context = context
    this.#signal = new Int32Array(data.signal)
    this.#engines = new ReadyEngines(context.parts, context.memoryBytes)
  }

  /** Handles an order, and those that wait behind it, without going back to the event loop for each. */
  receive(message: unknown): void {
    for (let order: ToWorker | undefined = this.#read(message); order !== undefined; order = this.#next()) {
      this.#handle(order)
    }
  }

  // What a run asks of its thread (RunPort)

  call(run: Run, call: OutgoingCall): void {
    this.#post({ kind: 'call', run: run.order.run, ...call })
  }

  abort(run: Run, call: Parameters<RunPort['abort']>[1]): void {
    this.#post({ kind: 'abort', run: run.order.run, ...call })
  }

  denied(run: Run, reason: string): void {
    this.#post({ kind: 'denied', run: run.order.run, reason })
  }

  awaitAnswer(run: Run, call: number, deadline: number): string | undefined {
    for (;;) {
      const order = this.#poll()
      if (order?.kind === 'answer' && order.run === run.order.run && order.call === call)
        return order.envelope
      if (order?.kind === 'cancel' && order.run === run.order.run) return undefined
      if (order !== undefined) {
        this.#backlog.push(order)
        continue
      }
      const remainingMs = deadline - performance.now()
      if (remainingMs <= 0) return undefined
      Atomics.wait(this.#signal, signalSlots.messages, this.#received, remainingMs)
    }
  }

  ended(run: Run, outcome: RunOutcome | 'moved'): void {
    this.#runs.delete(run.order.run)
    const { engine, order } = run
    const deliveries = [...run.deliveries]
    engine.host = closedHost
    if (outcome === 'moved') {
      this.#post({ kind: 'moved', run: run.order.run, deliveries })
    } else {
      const { runningMs } = run
      const reservedAttempts = [...run.reservedAttempts]
      const log = [...run.logEntries]
      this.#post({ kind: 'ended', run: run.order.run, outcome, log, reservedAttempts, deliveries, runningMs })
    }
    if (run.claims.differ) this.#post({ kind: 'defect', what: 'claims', deployment: order.image })
    this.#recycle(engine, order)
  }

  get isCareful(): boolean {
    return Atomics.load(this.#signal, signalSlots.isCareful) !== 0
  }

  entering(run: Run, threadMs: number): void {
    this.#enter(run.order.run + 1, threadMs)
  }

  leaving(): void {
    Atomics.store(this.#signal, signalSlots.inside, 0)
  }

  #enter(insideFor: number, threadMs: number): void {
    this.#entries = (this.#entries % 0x3fffffff) + 1
    Atomics.store(this.#signal, signalSlots.insideFor, insideFor)
    Atomics.store(this.#signal, signalSlots.insideSince, Math.trunc(threadMs))
    Atomics.store(this.#signal, signalSlots.inside, this.#entries)
  }

  #handle(order: ToWorker): void {
    switch (order.kind) {
      case 'inspect':
        void this.#inspect(order)
        return
      case 'prepare':
        void this.#prepare(order)
        return
      case 'image':
        this.#images.set(order.image.id, order.image)
        void this.#refill(order.image)
        return
      case 'forget':
        this.#images.delete(order.image)
        this.#engines.forget(order.image)
        return
      case 'run':
        if (this.#lowersPriority) lowerPriority()
        this.#lowersPriority = false
        this.#start(order)
        return
      case 'answer':
        this.#runs.get(order.run)?.answer(order.call, order.envelope)
        return
      case 'cancel':
        this.#runs.get(order.run)?.cancel()
        return
      default:
        throw new Error('the pool sent an unknown message')
    }
  }

  #start(order: RunOrder): void {
    const image = this.#image(order.image)
    const ready = this.#engines.take(image, this.isCareful)
    if (ready !== undefined) return this.#run(order, ready, image)
    const asked = performance.now()
    void this.#engines.make(image).then((engine) => {
      this.#run({ ...order, elapsedMs: order.elapsedMs + performance.now() - asked }, engine, image)
    })
  }

  #run(order: RunOrder, engine: Engine, image: Image): void {
    // Found before it, a run has no part in it: with its thread it goes on elsewhere.
    if (order.isWatched && this.#isDefect(engine, image)) return
    const run = new Run(order, engine, this)
    this.#runs.add(order.run, run)
    run.start(image.bundle)
  }

  #recycle(engine: Engine, order: RunOrder): void {
    // Forgotten while an engine was being made for a run that the pool had given up by then.
    const image = this.#images.get(order.image)
    if (image === undefined) return
    this.#engines.giveBack(engine, image, this.isCareful)
    if (order.isWatched && engine.isIntact && engine.fits(image) && this.#isDefect(engine, image)) return
    if (engine.isIntact && !engine.fits(image)) void this.#makeRoom(image, engine.memoryBytes)
    if (this.#engines.isShortOf(image)) void this.#refill(image)
  }

  /** Compares an engine that was put back, and tells the pool of a difference. */
  #isDefect(engine: Engine, image: Image): boolean {
    const what = differenceFrom(image, engine.snapshot())
    if (what !== undefined) this.#post({ kind: 'defect', what, deployment: image.id })
    return what !== undefined
  }

  async #refill(image: Image): Promise<void> {
    await this.#engines.refill(image)
    if (!this.#images.has(image.id)) this.#engines.forget(image.id)
  }

  /** A deployment whose runs outgrow their room gets an image with more of it, so that its engines can be used again. */
  async #makeRoom(image: Image, grownBytes: number): Promise<void> {
    if (this.#widening.has(image)) return
    this.#widening.add(image)
    const wider = await roomier(this.#context.parts, this.#context.memoryBytes, image, grownBytes)
    this.#widening.delete(image)
    if (wider !== undefined && this.#images.get(image.id) === image) this.#images.set(image.id, wider)
  }

  async #inspect(order: MessageToWorker<'inspect'>): Promise<void> {
    await this.#answering(order.request, async (context) => {
      const { exports, error } = await inspectExports(context, order.code)
      this.#post({
        kind: 'inspected',
        request: order.request,
        exports,
        ...(error === undefined ? {} : { error }),
      })
    })
  }

  async #prepare(order: MessageToWorker<'prepare'>): Promise<void> {
    await this.#answering(order.request, async (context) => {
      const image = await prepareImage(context, order.id, order.source)
      this.#post({ kind: 'prepared', request: order.request, image })
    })
  }

  async #answering(request: number, work: (context: PrepareContext) => Promise<void>): Promise<void> {
    const inside = <T>(run: () => T): T => {
      this.#enter(-request - 1, threadMs())
      try {
        return run()
      } finally {
        this.leaving()
      }
    }
    try {
      await work({ ...this.#context, inside })
    } catch (cause) {
      // What the engine's library throws is not an error to Node, which would say nothing of it when the thread ends.
      if (!(cause instanceof PrepareRefused)) throw new Error('a workflow could not be prepared', { cause })
      this.#post({ kind: 'refused', request, reason: cause.reason, error: cause.error })
    }
  }

  #image(id: string): Image {
    const image = this.#images.get(id)
    if (image === undefined) throw new Error(`the image ${id} was not sent to this thread`)
    return image
  }

  #next(): ToWorker | undefined {
    return this.#backlog.shift() ?? this.#poll()
  }

  #poll(): ToWorker | undefined {
    if (Atomics.load(this.#signal, signalSlots.messages) === this.#received) return undefined
    const received = receiveMessageOnPort(this.#port)
    return received === undefined ? undefined : this.#read(received.message)
  }

  /** Only the pool has the other end of the port, and thread.ts checks the type of what it sends. */
  #read(message: unknown): ToWorker {
    this.#received = (this.#received + 1) | 0
    return typeof message === 'string' ? orderOf(message) : (message as ToWorker)
  }

  #post(message: ToPool): void {
    this.#port.postMessage(message.kind === 'ended' ? endedText(message) : message)
  }
}

async function main(): Promise<void> {
  if (parentPort === null) throw new Error('this file is the entry of a worker thread')
  const data = workerDataSchema.parse(workerData)
  const { parts, prelude, streams, memoryBytes, runningTimeMs } = data
  let bytecode: Promise<Uint8Array> | undefined
  let streamsBytecode: Promise<Uint8Array> | undefined
  const context: ThreadContext = {
    parts,
    // Runs start from images: a thread that prepares none has no use for the prelude.
    prelude: () => (bytecode ??= compileScript(parts, prelude, preludeFileName)),
    streams: () => (streamsBytecode ??= compileScript(parts, streams, preludeFileName)),
    memoryBytes,
    runningTimeMs,
  }
  const thread = new WorkerThread(parentPort, context, data)
  parentPort.on('message', (message: unknown) => thread.receive(message))
  parentPort.postMessage({ kind: 'ready' } satisfies ToPool)
}

void main()
