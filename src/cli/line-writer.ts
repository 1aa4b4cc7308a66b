// Writes lines to a file descriptor of this process and never throws: a full disk, a closed pipe or a reader that stopped reading must
// not end a server. The streams of Node would: they throw for a file, stop for good after the first error, and keep without bound
// what a pipe does not take.
import { writeSync } from 'node:fs'

/** What could not be written: how many lines, and why the last of them (an error code of the system). */
export interface LostLines {
  readonly count: number
  readonly reason: string
}

export interface LossHandling {
  /** Bytes that may wait for a reader that is slower than we are. */
  readonly mostWaitingBytes: number
  /** Called when lines begin to be lost. */
  readonly onRefused: (reason: string) => void
  /** The line that reports what was lost, written as soon as writing works again. */
  readonly reportOf: (lost: LostLines) => string
}

const retryWaitingMs = 20
const retryRefusedMs = 1_000

export class LineWriter {
  readonly #fd: number
  #handling: LossHandling | undefined
  /** What a full pipe did not take yet. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #lost: LostLines | undefined
  #isLosing = false
  /** The other end is closed: nothing can ever be written again. */
  #isClosed = false
  /** What was written last is part of a line, without its end. */
  #isTorn = false
  #retry: NodeJS.Timeout | undefined

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Undefined while every line was written, or is reported by `handleLoss`. A closed pipe loses no line that has a reader. */
  get lost(): LostLines | undefined {
    return this.#handling ? undefined : this.#lost
  }

  /** For a server: bounds what waits, and reports what was lost. */
  handleLoss(handling: LossHandling): void {
    this.#handling = handling
    this.#retry?.unref()
  }

  write(text: string): void {
    if (this.#isClosed) return
    const isAfterTorn = this.#isTorn && this.#waiting.length === 0
    const line = Buffer.from(`${isAfterTorn ? '\n' : ''}${text}\n`)
    const most = this.#handling?.mostWaitingBytes ?? Infinity
    if (this.#waiting.length > 0 && this.#waitingBytes + line.length > most) return this.#lose(1, 'EAGAIN')
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    if (this.#waiting.length === 1) this.#writeWaiting()
  }

  #writeWaiting(): void {
    for (let [line] = this.#waiting; line !== undefined; [line] = this.#waiting) {
      try {
        const written = writeSync(this.#fd, line)
        this.#waitingBytes -= written
        if (written < line.length) this.#waiting[0] = line.subarray(written)
        else this.#waiting.shift()
        this.#isTorn = written < line.length
      } catch (error) {
        return this.#refused(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
      }
    }
    this.#reportLost()
  }

  #refused(reason: string): void {
    if (reason === 'EAGAIN') return this.#retryIn(retryWaitingMs, () => this.#writeWaiting())
    const count = this.#waiting.length
    this.#waiting = []
    this.#waitingBytes = 0
    if (reason === 'EPIPE') {
      this.#isClosed = true
      this.#handling?.onRefused(reason)
    } else this.#lose(count, reason)
  }

  #lose(count: number, reason: string): void {
    this.#lost = { count: (this.#lost?.count ?? 0) + count, reason }
    if (!this.#isLosing) this.#handling?.onRefused(reason)
    this.#isLosing = true
    if (reason !== 'EAGAIN') this.#retryIn(retryRefusedMs, () => this.#reportLost())
  }

  #reportLost(): void {
    const lost = this.#lost
    if (lost === undefined || this.#handling === undefined) return
    this.#lost = undefined
    this.write(this.#handling.reportOf(lost))
    // The report itself may be refused.
    if (this.#lost === undefined) this.#isLosing = false
    else this.#lost = lost
  }

  #retryIn(ms: number, attempt: () => void): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(attempt, ms)
    // A server that has ended does not wait for a reader; a command does, or its output would be cut.
    if (this.#handling) this.#retry.unref()
  }
}
