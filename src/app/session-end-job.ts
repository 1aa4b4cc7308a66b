// The job that notifies an application of the end of a session (directory/session-end.ts).
import { sessionEndNotice } from '../directory/index.ts'
import type { Issuer } from '../issuer/index.ts'
import { FinalJobError, type JobKind } from '../jobs/index.ts'

/** An application restarts, or is away for a while. Six attempts in half an hour; its own session of the user may outlast a longer outage. */
const backoffMs = [1_000, 10_000, 60_000, 300_000, 1_500_000]

export function sessionEndJob({ notifySessionEnd }: Pick<Issuer, 'notifySessionEnd'>): JobKind {
  return {
    backoffMs,
    concurrency: 5,
    async run({ payload }) {
      const notice = sessionEndNotice(payload())
      if (notice === undefined) throw new FinalJobError('The notification cannot be read.')
      await notifySessionEnd(notice)
    },
  }
}
