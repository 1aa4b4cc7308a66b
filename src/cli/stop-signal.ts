// Ctrl+C and `kill`: the first asks a command to end in order, and from then on the system's own way holds, so that a second one
// ends it at once.
export interface Stopped {
  readonly signal: AbortSignal
  readonly when: Promise<void>
}

export function untilStopped(): Stopped {
  const controller = new AbortController()
  const stopped = Promise.withResolvers<void>()
  const stop = () => {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    controller.abort()
    stopped.resolve()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return { signal: controller.signal, when: stopped.promise }
}
