// One request and its answer, whoever gives it: a server elsewhere, or this process.
import type { Readable } from 'node:stream'
import type { HostCallContext } from './host-call.ts'
import type { HeaderList } from './request-headers.ts'

/** `signal` ends the call: its deadline, or the end of the run. */
export type SendContext = Pick<HostCallContext, 'signal' | 'isWithinOwnCall'>

export interface Exchange {
  readonly status: number
  /** The reason phrase, which says nothing that the status does not; HTTP/2 has none. */
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: HeaderList
  /** Encoded as it came. Must be read or destroyed. */
  readonly body: Readable
  /** The rule that stood in for the server (answers.ts). */
  readonly answeredBy?: string
}
