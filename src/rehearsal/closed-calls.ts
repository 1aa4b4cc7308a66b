// Stands in for the network of a rehearsed run: a call gets a recorded answer, a given one, or none. Nothing leaves this process. A call
// without an answer fails for the workflow, and its run counts as one that was not rehearsed.
import { createHash } from 'node:crypto'
import { caseCalls, type CaseAnswer, type MissingAnswer } from '../cases/index.ts'
import type { HostCallAnswer, HostCalls } from '../runtime/host-calls/index.ts'

export interface AnswersInStore {
  /** The envelope that a recorded run was given for the same request, if there is one. */
  readonly recorded?: (requestHash: string) => string | undefined
  readonly given?: readonly CaseAnswer[]
}

export interface ClosedCalls extends Pick<HostCalls, 'execute'> {
  readonly answered: number
  /** Calls that were not made, in their order. */
  readonly skipped: readonly MissingAnswer[]
}

/** Of one run. */
export function closedCalls({ recorded, given = [] }: AnswersInStore): ClosedCalls {
  const rest = caseCalls(given)
  let answered = 0
  return {
    get skipped() {
      return rest.missing
    },
    get answered() {
      return answered
    },
    async execute(kind, request, context) {
      // As the sandbox hashes it: the guest writes its request with JSON.stringify.
      const hash = createHash('sha256').update(`${kind}\n${JSON.stringify(request)}`)
      const envelope = recorded?.(hash.digest('hex'))
      if (envelope !== undefined) {
        answered++
        // The sandbox wrote it for an earlier run.
        return { answer: JSON.parse(envelope) as HostCallAnswer }
      }
      const result = await rest.execute(kind, request, context)
      if (result.answer.ok && result.trace !== undefined) answered++
      return result
    },
  }
}
