// Folds repeats: an outage fails each request in the same way, and a hundred equal records a second hide everything else and fill a
// disk. The first few of a cause are written whole; those that follow are counted, and the count is written with the last of them.
import type { Logger, LogLevel } from './logger.ts'

export interface FoldOptions {
  /** Records of one cause that are written whole before they are folded. */
  readonly wholeRecords?: number
  /** Between two counts. A cause that stays away for so long begins anew. */
  readonly windowMs?: number
}

export interface FoldingLogger extends Logger {
  /** Writes the counts that are open. */
  flush(): void
}

type Fields = Readonly<Record<string, unknown>>

interface Cause {
  readonly level: LogLevel
  readonly event: string
  whole: number
  folded: number
  last: Fields
}

/** Texts of errors may come from strangers; beyond so many, causes are grouped only by their event. */
const mostCauses = 256
const longestText = 200

/** `debug` passes as it is: who asks for it wants every record. */
export function foldRepeats(
  log: Logger,
  { wholeRecords = 3, windowMs = 10_000 }: FoldOptions = {},
): FoldingLogger {
  const causes = new Map<string, Cause>()
  let timer: NodeJS.Timeout | undefined

  function writeCounts(): void {
    for (const [key, cause] of causes) {
      if (cause.folded === 0) causes.delete(key)
      else log[cause.level](cause.event, { ...cause.last, repeated: cause.folded })
      cause.folded = 0
    }
    if (causes.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const folded =
    (level: LogLevel) =>
    (event: string, fields: Fields = {}) => {
      const byError = `${level} ${event} ${errorText(fields['error'])}`
      const key = causes.size < mostCauses || causes.has(byError) ? byError : `${level} ${event}`
      const cause = causes.get(key) ?? { level, event, whole: 0, folded: 0, last: fields }
      causes.set(key, cause)
      if (timer === undefined) {
        timer = setInterval(writeCounts, windowMs)
        timer.unref()
      }
      if (cause.whole < wholeRecords) {
        cause.whole += 1
        log[level](event, fields)
      } else {
        cause.folded += 1
        cause.last = fields
      }
    }

  return {
    debug: (event, fields) => log.debug(event, fields),
    info: folded('info'),
    warn: folded('warn'),
    error: folded('error'),
    flush: writeCounts,
  }
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code = 'code' in error ? String(error.code) : ''
  return `${error.name} ${code} ${error.message.slice(0, longestText)} ${errorText(error.cause)}`
}
