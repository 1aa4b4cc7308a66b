// A log record in words: `10:15:00 warn  sign_in_failed  clientId=demo_web reason="wrong password"`. One line, whatever is in it.
import { plainJson } from './one-line.ts'

interface LogRecord {
  readonly level: string
  readonly time: string
  readonly event: string
  readonly [field: string]: unknown
}

export function readableLine({ level, time, event, ...fields }: LogRecord): string {
  const words = Object.entries(fields).map(([name, value]) => `${inWord(name)}=${inWord(value)}`)
  return [time.slice(11, 19), level.padEnd(5), event, ...words].join(' ')
}

/** A value that is one plain word stands as it is; anything else is JSON, in which no character ends the line. */
function inWord(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value
  return plainJson(JSON.stringify(value))
}
