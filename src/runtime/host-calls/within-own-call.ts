// Whether code runs because a workflow called our own issuer: the mark by which a call of a call is known. It travels with the
// asynchronous context of the request that is answered in process, so no header carries it and no guest can set or drop it.
//
// A run takes the mark over when it is made (active-run.ts): the messages of its thread come in another context.
import { AsyncLocalStorage } from 'node:async_hooks'

const ownCall = new AsyncLocalStorage<true>()

export function withinOwnCall<T>(step: () => T): T {
  return ownCall.run(true, step)
}

export function isWithinOwnCall(): boolean {
  return ownCall.getStore() === true
}
