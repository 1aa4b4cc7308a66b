// A call that a guest asks of the host, before anything is done about it: parsed once, or refused unread.
import { hostCallKinds, longestRequest, type HostCallKind, type HostCallResult } from './host-calls/index.ts'
import type { MessageToPool } from './protocol.ts'

export interface AskedCall {
  readonly kind: HostCallKind | undefined
  /** Longer than a call of its kind may be: it is not even parsed. */
  readonly isRefused: boolean
  readonly request: unknown
}

export function askedCall({ callKind, request }: MessageToPool<'call'>): AskedCall {
  const kind = hostCallKinds.find((known) => known === callKind)
  const isRefused = kind === undefined || request.length > longestRequest[kind]
  return { kind, isRefused, request: isRefused ? undefined : parseRequest(request) }
}

/** A call that is not looked at. */
export function refusedCall(kind: HostCallKind | undefined): HostCallResult {
  if (kind === undefined)
    return { answer: { ok: false, code: 'fetch_invalid', message: 'there is no such host call' } }
  const code = kind === 'fetch' || kind === 'secureFetch' ? 'fetch_invalid' : 'jwt_cache_invalid'
  const message = `the arguments are longer than ${longestRequest[kind]} characters`
  return { answer: { ok: false, code, message } }
}

/** The guest's JSON; what does not parse is refused by the host call's own schema. */
function parseRequest(request: string): unknown {
  try {
    return JSON.parse(request)
  } catch {
    return undefined
  }
}
