// An error that no code caught: the process is in an unknown state, so it says what happened, once, in the form of its other output,
// and ends with the code of a defect.
import { exitCodes } from './exit-codes.ts'

let listener: ((error: unknown) => void) | undefined

/** Also for a promise that rejects without a handler, which Node raises as an uncaught exception. The last `tell` counts. */
export function endOnUncaughtError(tell: (error: unknown) => void): void {
  if (listener) process.off('uncaughtException', listener)
  listener = (error) => {
    try {
      tell(error)
    } finally {
      process.exit(exitCodes.internal)
    }
  }
  process.on('uncaughtException', listener)
}
