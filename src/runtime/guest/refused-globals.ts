// Names that packages look for when they load although they rarely use them: they are there, and refuse when they are called.
// Without `eval`, get-intrinsic does not load, and half of npm's older packages with it; without `WebSocket`, supabase-js does not.
import { define, GuestTypeError, objectCreate, objectPrototype, setPrototypeProperty } from './primordials.ts'

export function mountRefusedGlobals(): void {
  const refusedEval = (): never => {
    throw new GuestTypeError('Code generation from strings is not available in a workflow')
  }
  define(refusedEval, 'name', 'eval', false)
  define(globalThis, 'eval', refusedEval, false)
  const WebSocket = function (): never {
    throw new GuestTypeError(
      'WebSocket is not available in a workflow, which gets no messages while it runs: send requests with fetch',
    )
  }
  const prototype: object = objectCreate(objectPrototype)
  define(prototype, 'constructor', WebSocket, false)
  setPrototypeProperty(WebSocket, prototype)
  define(WebSocket, 'name', 'WebSocket', false)
  define(globalThis, 'WebSocket', WebSocket, false)
}
