// The log of a server: records on standard output, repeats folded. When standard output takes nothing more, the server goes on; standard
// error hears of it once, and what was lost is reported as soon as writing works again.
import { MintageFileError } from '../config/index.ts'
import { formatLocation } from '../errors/index.ts'
import { foldRepeats, openLogger, type FoldingLogger, type LogLevel } from '../telemetry/index.ts'
import type { ShownError } from './error-text.ts'
import type { Output } from './output.ts'

interface ServerLogOptions {
  readonly isProduction: boolean
  readonly logLevel: LogLevel
}

/** Enough for a reader that pauses, little enough to lose. */
const mostWaitingBytes = 1_048_576

export function openServerLog({ isProduction, logLevel }: ServerLogOptions, output: Output): FoldingLogger {
  const format = isProduction ? 'json' : 'readable'
  const lineOf = (event: string, fields: Readonly<Record<string, unknown>>): string => {
    const lines: string[] = []
    openLogger({ level: 'warn', format, write: (line) => void lines.push(line) }).warn(event, fields)
    return lines.join('\n')
  }
  output.handleLoss({
    mostWaitingBytes,
    onRefused: (reason) => output.printError(lineOf('log_not_written', { reason })),
    reportOf: ({ count, reason }) => lineOf('log_lines_lost', { count, reason }),
  })
  return foldRepeats(openLogger({ level: logLevel, format, write: (line) => output.print(line) }))
}

/** Why a server in production could not start, as a record of its log; a defect with its stack. */
export function logStartFailure(
  error: unknown,
  { code, message, at, hint }: ShownError,
  output: Output,
): void {
  const log = openLogger({ level: 'error', format: 'json', write: (line) => output.print(line) })
  const others = error instanceof MintageFileError ? error.problems.slice(1) : []
  log.error('start_failed', {
    errorCode: code,
    message,
    at: at && formatLocation(at),
    hint,
    ...(others.length > 0 && {
      moreProblems: others.map((other) => `${formatLocation(other.at)}: ${other.message}`),
    }),
    ...(code === 'internal' && { error }),
  })
}
