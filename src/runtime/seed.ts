// Seeds for runs: 32 random bytes each. They are drawn from the system in batches, because asking it for each run costs as
// much as the message that starts the run. A byte is handed out once and cleared when it is.
import { randomFillSync } from 'node:crypto'

const seedBytes = 32
const batch = Buffer.alloc(128 * seedBytes)
let next = batch.length

/** A seed of its own for one run. */
export function newSeed(): Buffer {
  if (next === batch.length) {
    randomFillSync(batch)
    next = 0
  }
  const slice = batch.subarray(next, next + seedBytes)
  next += seedBytes
  const seed = Buffer.from(slice)
  slice.fill(0)
  return seed
}
