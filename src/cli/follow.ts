// `--follow`: looks again and again until Ctrl+C. A server that restarts, or a database that is away for a while, does not end it.
import { setTimeout as delay } from 'node:timers/promises'
import { isStoreUnavailable, ServerError } from '../errors/index.ts'
import { printable, type Output } from './output.ts'
import { untilStopped } from './stop-signal.ts'

const intervalMs = 400

/** Rejects with what another look would not change. */
export async function follow(look: () => Promise<void>, output: Output): Promise<void> {
  const stopped = untilStopped()
  let isAway = false
  while (!stopped.signal.aborted) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await look()
      if (isAway) output.printError('It answers again.')
      isAway = false
    } catch (error) {
      if (!isPassing(error)) throw error
      if (!isAway) output.printError(printable(`${error.message} Looking again until Ctrl+C.`))
      isAway = true
    }
    // oxlint-disable-next-line no-await-in-loop -- the pause between two looks
    await delay(intervalMs, undefined, { signal: stopped.signal }).catch(() => {})
  }
}

function isPassing(error: unknown): error is Error {
  if (isStoreUnavailable(error)) return true
  return error instanceof ServerError && error.code !== 'server_version'
}
