// The memory that the pool shares with each thread, for what cannot wait until a message is read.

/** Slots of the memory that the pool shares with each thread. */
export const signalSlots = {
  /** Raised by the pool with each message, so that a blocked thread wakes up. */
  messages: 0,
  /** Non-zero while the thread is inside the engine; changes with each entry, so that the pool sees a thread that stays. */
  inside: 1,
  /** Who is inside: the number of a run plus one, or the number of a preparation plus one, negative. */
  insideFor: 2,
  /** The thread's processor time when it went in, in milliseconds, cut to 32 bits. */
  insideSince: 3,
  /** Raised by the pool once a comparison has found a defect (defect.ts): from then on nothing of the fast ways is trusted. */
  isCareful: 4,
} as const
