// One worker thread as the pool sees it: what is in flight on it, which images it knows, and whether it still answers.
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { endedOf, orderText } from './message-text.ts'
import { toPoolSchema, type Image, type ToPool, type ToWorker } from './protocol.ts'
import { signalSlots } from './signal.ts'
import type { EngineBinaries } from './engine-binaries.ts'

export interface ThreadOptions {
  /** The code of the thread (sandbox-scripts.ts). */
  readonly script: string
  readonly parts: EngineBinaries
  readonly prelude: string
  readonly streams: string
  readonly memoryBytes: number
  readonly runningTimeMs: number
  readonly prioritizeEventLoop: boolean
  readonly keepsProcessAlive: boolean
}

/** What a thread says once it has started. */
export type ThreadMessage = Exclude<ToPool, { kind: 'ready' }>

export interface ThreadEvents {
  message(thread: Thread, message: ThreadMessage): void
  /** The thread is gone: it exited, failed, said something that does not parse, or was terminated. Said once. */
  lost(thread: Thread, cause: unknown): void
}

/** A run, or a preparation, that is inside the engine. */
export type Inside =
  | { readonly run: number; readonly preparation?: never; readonly ms: number }
  | { readonly run?: never; readonly preparation: number; readonly ms: number }

export class Thread {
  /** Numbers of the runs that were sent to it and have not ended. */
  readonly inFlight = new Set<number>()
  /** A lent thread runs one run at a time, which may block it. */
  readonly isLent: boolean
  /** Resolves when the thread takes orders; rejects when it is lost before. */
  readonly started: Promise<void>
  readonly #starting = Promise.withResolvers<void>()
  readonly #worker: Worker
  readonly #signal = new Int32Array(
    new SharedArrayBuffer(Object.keys(signalSlots).length * Int32Array.BYTES_PER_ELEMENT),
  )
  readonly #knownImages = new Set<string>()
  readonly #events: ThreadEvents
  /** Since when its answer is awaited; undefined when it is not. */
  #doubtedAtMs: number | undefined
  #insideEntry = 0
  #insideSinceMs = 0
  #idleSinceMs = performance.now()
  #ready = false
  #lost = false

  constructor(options: ThreadOptions, isLent: boolean, events: ThreadEvents) {
    this.isLent = isLent
    this.started = this.#starting.promise
    // Who needs to know asks; a replacement that fails is reported as lost in any case.
    this.started.catch(() => {})
    this.#events = events
    const { script, keepsProcessAlive, ...given } = options
    this.#worker = new Worker(script, {
      eval: true,
      workerData: { ...given, signal: this.#signal.buffer },
      // Nothing of the process reaches the thread: no environment variable, no arguments.
      env: {},
      argv: [],
      execArgv: [],
    })
    this.#worker.on('message', (message: unknown) => this.#receive(message))
    this.#worker.on('error', (error: unknown) => this.#lose(error))
    this.#worker.on('exit', (code) => this.#lose(new Error(`exit code ${code}`)))
    this.#worker.on('messageerror', (error: unknown) => this.terminate(error))
    if (!keepsProcessAlive) this.#worker.unref()
  }

  /** Whether the thread has started and takes orders at once. */
  get isReady(): boolean {
    return this.#ready
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message.kind === 'run' ? orderText(message) : message)
    Atomics.add(this.#signal, signalSlots.messages, 1)
    Atomics.notify(this.#signal, signalSlots.messages)
  }

  /** From now on the thread puts whole images back and lets the guest write its claims, for runs in flight too. */
  beCareful(): void {
    Atomics.store(this.#signal, signalSlots.isCareful, 1)
  }

  /** Sends the image unless the thread has it. */
  ensureImage(image: Image): void {
    if (this.#knownImages.has(image.id)) return
    this.#knownImages.add(image.id)
    this.send({ kind: 'image', image })
  }

  /** No run in flight needs the image: the thread drops it, and what it made ready from it. */
  forgetImage(id: string): void {
    if (this.#knownImages.delete(id)) this.send({ kind: 'forget', image: id })
  }

  /** For how long the thread has been inside the engine without coming back, in milliseconds. */
  insideForMs(nowMs: number): number {
    const entry = Atomics.load(this.#signal, signalSlots.inside)
    if (entry === 0 || entry !== this.#insideEntry) {
      this.#insideEntry = entry
      this.#insideSinceMs = nowMs
    }
    return entry === 0 ? 0 : nowMs - this.#insideSinceMs
  }

  /**
   * For whom the thread is inside the engine, and how much processor time that has taken so far, in milliseconds. Undefined when it is
   * not, or came out while the thread was asked: the answer of a thread takes a moment, also of one that does not come back.
   */
  async inside(): Promise<Inside | undefined> {
    const entry = Atomics.load(this.#signal, signalSlots.inside)
    const insideFor = Atomics.load(this.#signal, signalSlots.insideFor)
    const since = Atomics.load(this.#signal, signalSlots.insideSince)
    const { user, system } = await this.#worker.cpuUsage()
    if (entry === 0 || Atomics.load(this.#signal, signalSlots.inside) !== entry) return undefined
    const ms = (Math.trunc((user + system) / 1_000) - since) | 0
    return insideFor > 0 ? { run: insideFor - 1, ms } : { preparation: -insideFor - 1, ms }
  }

  /** A run on it is long over its time: until it says something, it gets no run that another thread can have. */
  doubt(nowMs: number): void {
    this.#doubtedAtMs ??= nowMs
  }

  get isDoubted(): boolean {
    return this.#doubtedAtMs !== undefined
  }

  /** For how long it has been doubted, in milliseconds. */
  silentForMs(nowMs: number): number {
    return this.#doubtedAtMs === undefined ? 0 : nowMs - this.#doubtedAtMs
  }

  /** For how long nothing has been in flight, in milliseconds. */
  idleForMs(nowMs: number): number {
    return this.inFlight.size === 0 ? nowMs - this.#idleSinceMs : 0
  }

  assign(run: number): void {
    this.inFlight.add(run)
  }

  release(run: number): void {
    this.inFlight.delete(run)
    if (this.inFlight.size === 0) this.#idleSinceMs = performance.now()
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  terminate(cause: unknown): void {
    this.#lose(cause)
    void this.#worker.terminate()
  }

  #receive(message: unknown): void {
    if (this.#lost) return
    this.#doubtedAtMs = undefined
    const parsed = toPoolSchema.safeParse(typeof message === 'string' ? endedOf(message) : message)
    // A thread that sends an unknown message has been taken over or is broken, so its messages are ignored from now on.
    if (!parsed.success) return this.terminate(parsed.error)
    if (parsed.data.kind === 'ready') {
      this.#ready = true
      this.#starting.resolve()
      return
    }
    this.#events.message(this, parsed.data)
  }

  #lose(cause: unknown): void {
    if (this.#lost) return
    this.#lost = true
    this.#starting.reject(cause)
    this.#events.lost(this, cause)
  }
}
