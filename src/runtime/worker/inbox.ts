// What comes into one run from outside, and in which order: the calls that it waits for, the answers that have arrived, and
// the script that it follows when it was moved from another thread or is replayed. Everything that is delivered is written
// down with its time; those times are the only thing that moves the run's clock.
import type { Delivery } from '../recording.ts'

/** Why a replay ends whose recording holds a delivery for nothing that is pending. */
export const notAwaited = 'the recording delivers what the run does not wait for'

export class Inbox {
  readonly delivered: Delivery[] = []
  readonly #script: Delivery[]
  readonly #isClockFixed: boolean
  readonly #pending = new Set<number>()
  #told = 0
  readonly #arrived = new Map<number, string>()
  /** Time of the last delivery, in milliseconds since the start of the run. */
  clockMs = 0

  /** With a fixed clock an answer takes no time. */
  constructor(script: readonly Delivery[], isClockFixed = false) {
    this.#script = [...script]
    this.#isClockFixed = isClockFixed
  }

  /** True while the script says what comes next. */
  get isScripted(): boolean {
    return this.#script.length > 0
  }

  /** True while an answer is waited for. */
  get isExpecting(): boolean {
    return this.#pending.size > 0
  }

  /** What has been delivered since this was asked before. */
  untold(): Delivery[] {
    const untold = this.delivered.slice(this.#told)
    this.#told = this.delivered.length
    return untold
  }

  expect(call: number): void {
    this.#pending.add(call)
  }

  expects(call: number): boolean {
    return this.#pending.has(call)
  }

  has(call: number): boolean {
    return this.#arrived.has(call)
  }

  /** The run has given up this call: its answer is dropped, also when it has arrived. False when none is expected. */
  forget(call: number): boolean {
    this.#arrived.delete(call)
    return this.#pending.delete(call)
  }

  arrive(call: number, envelope: string): void {
    this.#arrived.set(call, envelope)
  }

  /** Says so when the script has something else next than the answer to this call. */
  divergence(call: number): string | undefined {
    const [scripted] = this.#script
    return scripted === undefined || (scripted.kind === 'answer' && scripted.id === call)
      ? undefined
      : `the run waits for call ${call}, the recording delivers something else`
  }

  /**
   * What the script has next, as soon as it is there; without a script the answer that came first. Undefined when there
   * is nothing yet, and 'diverged' when the script has something that the run does not wait for.
   */
  next(elapsedMs: number, hasTimer: (id: number) => boolean): Delivery | 'diverged' | undefined {
    const [scripted] = this.#script
    if (scripted === undefined) {
      const first = this.#arrived.keys().next()
      return first.done === true ? undefined : { kind: 'answer', id: first.value, atMs: elapsedMs }
    }
    const isKnown = scripted.kind === 'answer' ? this.expects(scripted.id) : hasTimer(scripted.id)
    if (!isKnown) return 'diverged'
    return scripted.kind === 'timer' || this.has(scripted.id) ? scripted : undefined
  }

  /** Takes a delivery out and writes it down; gives the envelope of an answer. */
  take(delivery: Delivery): string {
    const isTimeless = this.#isClockFixed && delivery.kind === 'answer'
    const { atMs } = this.#script.shift() ?? (isTimeless ? { atMs: this.clockMs } : delivery)
    this.clockMs = Math.max(this.clockMs, atMs)
    this.delivered.push({ ...delivery, atMs: this.clockMs })
    if (delivery.kind === 'timer') return ''
    const envelope = this.#arrived.get(delivery.id) ?? ''
    this.#arrived.delete(delivery.id)
    this.#pending.delete(delivery.id)
    return envelope
  }
}
