// One request and its answer, from another server or from this process.
import type { Readable } from 'node:stream'
import type { FetchRequest } from './fetch-request.ts'
import type { HeaderList } from './request-headers.ts'

/** Of names and values together. */
export const mostResponseHeaderBytes = 32 * 1024

export interface Exchange {
  readonly status: number
  /** The reason phrase, which adds nothing to the status; HTTP/2 has none. */
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: HeaderList
  /** Still encoded. Must be read or destroyed. */
  readonly body: Readable
  /** The name of the rule that stood in for the server, when one did. */
  readonly answeredBy?: string
}

/** Rejects with CallFailure, with the signal's reason, or with what the network threw. */
export type Send = (request: FetchRequest, signal: AbortSignal) => Promise<Exchange>
