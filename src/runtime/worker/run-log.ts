// The log of one run, kept on the host up to its limit. A line counts with its line feed, so that a million empty ones are
// not free; the line that passes the limit is kept as far as it fits, cut between characters.
import type { LogEntry, LogLevel } from '../sandbox.ts'

/** Lines cost beyond their bytes: no workflow needs this many, and a loop of empty ones ends here. */
const mostLines = 4096
const utf8Continuation = 0b1000_0000
const utf8LeadMask = 0b1100_0000

export class RunLog {
  readonly entries: LogEntry[] = []
  #room: number

  constructor(bytes: number) {
    this.#room = bytes
  }

  /** False when the line did not fit: the log is full. */
  add(level: string, text: string): boolean {
    const bytes = Buffer.byteLength(text) + 1
    const fits = bytes <= this.#room && this.entries.length < mostLines
    if (this.entries.length < mostLines && (fits || this.#room > 0))
      this.entries.push({ level: logLevel(level), text: fits ? text : cut(text, this.#room) })
    this.#room = Math.max(0, this.#room - bytes)
    return fits
  }
}

function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text)
  let end = Math.min(bytes, encoded.length)
  while (end > 0 && ((encoded[end] ?? 0) & utf8LeadMask) === utf8Continuation) end--
  return encoded.toString('utf8', 0, end)
}

function logLevel(level: string): LogLevel {
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info'
}
