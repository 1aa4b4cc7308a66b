// What the store reports on its own, beside the errors that its callers get: lost connections, records that were given up. A cause has
// one record at its beginning and then one for each ten seconds in which it goes on, with how often it happened since.
import { reasonOf } from '../errors/index.ts'

export type StoreLog = (event: string, fields: Readonly<Record<string, unknown>>) => void

export interface FoldedLog {
  /** Once. */
  readonly tell: StoreLog
  /** `times` goes into the field `count`, added up while it is folded. */
  count(event: string, fields: { readonly error?: unknown }, times?: number): void
  /** Tells what is still folded. */
  close(): void
}

const windowMs = 10_000

interface Folded {
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly timer: NodeJS.Timeout
  count: number
}

export function foldedLog(write: StoreLog): FoldedLog {
  const log: StoreLog = (event, { error, ...fields }) =>
    write(event, error === undefined ? fields : { ...fields, ...reasonOf(error) })
  const open = new Map<string, Folded>()

  function begin(key: string, event: string, fields: Folded['fields']): void {
    // Does not keep the process alive: close() tells.
    const timer = setTimeout(() => {
      if (end(key)) begin(key, event, fields)
    }, windowMs).unref()
    open.set(key, { event, fields, timer, count: 0 })
  }

  /** Whether there was anything to tell. */
  function end(key: string): boolean {
    const folded = open.get(key)
    open.delete(key)
    clearTimeout(folded?.timer)
    if (folded === undefined || folded.count === 0) return false
    log(folded.event, { ...folded.fields, count: folded.count })
    return true
  }

  return {
    tell: log,
    count(event, fields, times = 1) {
      const { error } = fields
      const key = `${event} ${error instanceof Error ? error.message : ''}`
      const folded = open.get(key)
      if (folded) {
        folded.count += times
        return
      }
      log(event, { ...fields, count: times })
      begin(key, event, fields)
    },
    close() {
      for (const key of open.keys()) end(key)
    },
  }
}
