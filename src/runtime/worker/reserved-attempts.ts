// What the guest says about assignments to reserved claims: a courtesy to the author, so it is bounded and never believed.
import type { ReservedAttempt } from '../sandbox.ts'

const mostAttempts = 100
const longestName = 256
const longestStack = 8192

export class ReservedAttempts {
  readonly entries: ReservedAttempt[] = []

  add(token: string, claim: string, stack: string): void {
    if (this.entries.length >= mostAttempts) return
    this.entries.push({
      token: token.slice(0, longestName),
      claim: claim.slice(0, longestName),
      stack: stack.slice(0, longestStack),
    })
  }
}
