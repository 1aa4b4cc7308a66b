// The memory that the pool shares with each thread, for what cannot wait until a message is read.

/** Slots of the memory that the pool shares with each thread. */
export const signalSlots = {
  /** Raised by the pool with each message, so that a blocked thread wakes up. */
  messages: 0,
  /** Non-zero while the thread is inside the engine; changes with each entry, so that the pool sees a thread that stays. */
  inside: 1,
  /** Number of the run that is inside, plus one; zero when a deployment is being prepared. */
  insideRun: 2,
} as const
