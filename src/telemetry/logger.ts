// The log. An event has a name in snake_case and fields; it becomes one line: JSON for machines, or words for the person at
// the terminal who runs `mintage dev`. Both are made from the same record, so that they never tell different things.
import { pino } from 'pino'
import { z } from 'zod'
import { logFields } from './log-fields.ts'
import { plainJson } from './one-line.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

type LogEvent = (event: string, fields?: Readonly<Record<string, unknown>>) => void

/** What other folders take. Field values may come from strangers; an Error is a value like any other. */
export type Logger = Readonly<Record<LogLevel, LogEvent>>

export interface LoggerOptions {
  /** The least level that is written. */
  readonly level: LogLevel
  readonly format: 'json' | 'readable'
  /** Gets each line without its end. */
  readonly write: (line: string) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const recordSchema = z.looseObject({ level: z.enum(logLevels), time: z.string(), event: z.string() })

export function openLogger({ level, format, write, now = Date.now }: LoggerOptions): Logger {
  const toLine = format === 'json' ? plainJson : readable
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (json: string) => write(toLine(json.trimEnd().toWellFormed())) },
  )
  const at =
    (one: LogLevel): LogEvent =>
    (event, fields = {}) => {
      if (log.isLevelEnabled(one)) log[one](logFields(fields), event)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function readable(json: string): string {
  return readableLine(recordSchema.parse(JSON.parse(json)))
}

interface LogRecord {
  readonly level: string
  readonly time: string
  readonly event: string
  readonly [field: string]: unknown
}

/** `10:15:00 warn  sign_in_failed  clientId=demo_web reason="wrong password"`: always one line. */
function readableLine({ level, time, event, ...fields }: LogRecord): string {
  const words = Object.entries(fields).map(([name, value]) => `${inWord(name)}=${inWord(value)}`)
  return [time.slice(11, 19), level.padEnd(5), event, ...words].join(' ')
}

/** A value that is one plain word stands as it is; anything else is JSON, in which no character ends the line. */
function inWord(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value
  return plainJson(JSON.stringify(value))
}
