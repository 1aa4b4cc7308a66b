// When a delivery that failed is tried again (C§12): at once, after 5 s, 30 s, 2 min, 10 min, 1 h, 4 h, and then every 12 hours, until 36
// hours of these have passed.
const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Milliseconds before the second attempt, the third, and so on; after the last one the delivery is dead. */
export const retryWaitsMs: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  hour,
  4 * hour,
  12 * hour,
  12 * hour,
  12 * hour,
]

/** A webhook without one successful attempt for so long is disabled. */
export const mostFailingMs = 72 * hour
