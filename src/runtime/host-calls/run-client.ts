// Chooses who answers a call of a run: an answer that stands in for the server, our own issuer in this process, or the network.
import {
  CallFailure,
  openEgressClient,
  type EgressClient,
  type EgressOptions,
  type Send,
} from '../../net/index.ts'
import type { Answers } from './answers.ts'
import { isOwn, ownExchange, type OwnOrigin } from './own-origin.ts'

export interface RunClientOptions extends EgressOptions {
  /** Stand in for servers. What they do not answer goes to our own issuer or to an origin of `allow`, and fails otherwise. */
  readonly answers?: Answers
  /** The issuer that the runs belong to: it may be called in spite of the rules, and answers in process. */
  readonly ownOrigin?: OwnOrigin
}

export interface RunClient {
  /** For one run. `isWithinOwnCall`: a call of a workflow to our own issuer started this run. */
  of(run: { readonly isWithinOwnCall: boolean }): Pick<EgressClient, 'policy' | 'send'>
  close(): Promise<void>
}

/** Throws ConfigError when `allow` holds an entry that is not an origin. */
export function openRunClient({ answers, ownOrigin: own, ...egress }: RunClientOptions): RunClient {
  const client = openEgressClient({
    ...egress,
    allow: [...(egress.allow ?? []), ...(own?.origins ?? [])],
  })
  const sendFor =
    (isWithinOwnCall: boolean): Send =>
    async (request, signal) => {
      const standIn = await answers?.exchange(request)
      if (standIn !== undefined) return standIn
      if (own !== undefined && isOwn(own, request.url))
        return ownExchange(own, request, { signal, isWithinOwnCall })
      const verdict = client.policy.judgeUrl(request.url)
      if (answers !== undefined && !(verdict.allowed && verdict.trusted))
        throw new CallFailure('answer_missing', 'no answer is given for this call, so it does not go out')
      return client.send(request, signal)
    }
  return {
    of: ({ isWithinOwnCall }) => ({ policy: client.policy, send: sendFor(isWithinOwnCall) }),
    close: () => client.close(),
  }
}
