// The outgoing calls of a run that goes beside a real one and must leave no trace: what the real run asked with the very same request gets the
// same answer, another GET is made, and any other call is not made.
import { createHash } from 'node:crypto'
import { claimedCall } from '../../net/index.ts'
import type { Recording } from '../recording.ts'
import type { HostCallAnswer, HostCallKind, HostCalls } from './host-call.ts'

/** `calls`: of the shadow's own, so that nothing that it caches reaches a real run. */
export function shadowCalls(
  calls: Pick<HostCalls, 'execute'>,
  recordings: readonly Pick<Recording, 'answers'>[],
): Pick<HostCalls, 'execute'> {
  const answers = new Map<string, HostCallAnswer[]>()
  for (const { requestHash, envelope } of recordings.flatMap((recording) => recording.answers)) {
    if (envelope === undefined) continue
    // It is our own JSON.
    const answer = JSON.parse(envelope) as HostCallAnswer
    answers.set(requestHash, [...(answers.get(requestHash) ?? []), answer])
  }
  return {
    async execute(kind, request, context) {
      const known = answers.get(hashOf(kind, request))
      const answer = known !== undefined && known.length > 1 ? known.shift() : known?.[0]
      if (answer !== undefined) return { answer }
      const isOutgoing = kind === 'fetch' || kind === 'secureFetch'
      const { method, url } = claimedCall(request)
      if (!isOutgoing || (kind === 'fetch' && method === 'GET')) return calls.execute(kind, request, context)
      const [address = ''] = url.split('?', 1)
      const message = `${method} ${address} was not made: the run of a shadow calls by GET only.`
      return { answer: { ok: false, code: 'call_not_made', message }, trace: { method, url: address } }
    },
  }
}

/** As a recording has it (active-run.ts). The run sent JSON: parsing and writing it again gives the same text. */
function hashOf(kind: HostCallKind, request: unknown): string {
  return createHash('sha256')
    .update(`${kind}\n${JSON.stringify(request)}`)
    .digest('hex')
}
