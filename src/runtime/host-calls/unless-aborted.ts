// Waits for something that may not heed the signal itself: undici heeds it once there is a connection, and a server that
// answers in process may not look at it at all.

/** Rejects with the signal's reason as soon as it is aborted; what was waited for goes on unheard. */
export async function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([waiting, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
