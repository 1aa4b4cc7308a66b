// What a caller does about a lost compare-and-set: it reads again and decides again, a bounded number of times.
import { setTimeout } from 'node:timers/promises'
import { ChangedMeanwhileError } from './store-error.ts'

const mostAttempts = 10

/**
 * Runs an attempt that reads, decides and commits, and runs it again when what it read changed before its commit. So an attempt reads
 * everything that it decides on. Rejects with the last ChangedMeanwhileError after ten attempts.
 */
export async function whileUnchanged<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let count = 1; ; count += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- an attempt follows one that lost
      return await attempt()
    } catch (error) {
      if (!(error instanceof ChangedMeanwhileError) || count === mostAttempts) throw error
      // Random, so that two requests that lost to each other do not meet again.
      // oxlint-disable-next-line no-await-in-loop -- as above
      await setTimeout(Math.random() * 5 * count)
    }
  }
}

/** True when the commit was made, false when a compare-and-set was lost. Rejects with every other error. */
export async function isCommitted(commit: Promise<void>): Promise<boolean> {
  try {
    await commit
    return true
  } catch (error) {
    if (error instanceof ChangedMeanwhileError) return false
    throw error
  }
}
