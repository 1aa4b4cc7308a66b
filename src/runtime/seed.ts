// Seeds for runs: 32 random bytes each, as hex, for a string crosses to a thread at a fraction of what bytes cost. They are
// drawn from the system in batches, because asking it for each run costs as much as the message that starts the run. A
// byte is handed out once.
import { randomBytes } from 'node:crypto'

const hexDigits = 64
const batchSize = 128
let batch = ''
let next = 0

/** A seed of its own for one run. */
export function newSeed(): string {
  if (next === batch.length) {
    batch = randomBytes((hexDigits / 2) * batchSize).toString('hex')
    next = 0
  }
  next += hexDigits
  return batch.slice(next - hexDigits, next)
}
