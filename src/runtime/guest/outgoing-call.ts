// One outgoing call as the guest sees it: started at once, answered once, either by delivery (the author awaits) or by
// blocking (the author touches the result early, C§6.3). The first one settles it; the other finds it settled.
import { framesOf, stackText } from './error-stack.ts'
import {
  define,
  GuestError,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  jsonParse,
  mapDelete,
  mapGet,
  mapSet,
  promiseThen,
  weakMapSet,
} from './primordials.ts'
import type { Guest, OutgoingCall } from './run-state.ts'

interface Envelope {
  readonly ok: boolean
  readonly value: unknown
  readonly code: string
  readonly message: string
}

export interface StartedCall<Value> {
  readonly promise: Promise<Value>
  /** The value now, blocking if need be; throws what the promise rejects with. */
  readonly now: () => Value
  /** Gives the call up: the promise rejects with `reason`, and the host ends what is under way. */
  readonly abort: (reason: unknown) => void
}

/**
 * Starts a call. `read` makes the value of the host's answer; it may throw, which then fails the call. A call that is
 * refused because the run is ending never settles.
 */
export function startCall<Value>(
  guest: Guest,
  kind: string,
  requestJson: string,
  read: (answer: unknown) => Value,
): StartedCall<Value> {
  const { host, state } = guest
  let outcome: { ok: true; value: Value } | { ok: false; error: unknown } | undefined
  let resolve: (value: Value) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = guardPromise(
    new GuestPromise<Value>((onValue, onError) => {
      resolve = onValue
      reject = onError
    }),
  )
  // A failure arrives with no frame of the author's on the stack: it is shown at the line that made the call.
  const origin = new GuestError('')
  const id = host.call(kind, requestJson)
  const settle = (envelopeJson: string): void => {
    if (outcome !== undefined) return
    mapDelete(state.calls, id)
    try {
      outcome = { ok: true, value: read(openEnvelope(guest, envelopeJson, origin)) }
      resolve(outcome.value)
    } catch (error) {
      outcome = { ok: false, error }
      // A call whose answer was read early is often never awaited; its failure has then been thrown already.
      promiseThen(promise, undefined, () => {})
      reject(error)
    }
  }
  if (id >= 0) mapSet(state.calls, id, { settle })
  const now = (): Value => {
    if (outcome === undefined) {
      if (id < 0) throw new GuestError('The run is ending: no outgoing call is made any more')
      settle(host.wait(id))
    }
    if (outcome === undefined) throw new GuestError('The outgoing call has no answer')
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }
  const abort = (reason: unknown): void => {
    if (outcome !== undefined) return
    outcome = { ok: false, error: reason }
    mapDelete(state.calls, id)
    if (id >= 0) host.abortCall(id)
    promiseThen(promise, undefined, () => {})
    reject(reason)
  }
  return { promise, now, abort }
}

export function deliverAnswer(guest: Guest, id: number, envelopeJson: string): void {
  const call: OutgoingCall | undefined = mapGet(guest.state.calls, id)
  if (call !== undefined) call.settle(envelopeJson)
}

function openEnvelope(guest: Guest, envelopeJson: string, origin: Error): unknown {
  const envelope: Envelope = jsonParse(envelopeJson)
  if (envelope.ok) return envelope.value
  // A TypeError, as fetch rejects with everywhere: libraries tell a network's failure by that.
  const error = new GuestTypeError(envelope.message)
  define(error, 'name', 'FetchError', false)
  define(error, 'code', envelope.code)
  define(error, 'stack', stackText(error, framesOf(origin)), false)
  weakMapSet(guest.state.callCodes, error, envelope.code)
  throw error
}
