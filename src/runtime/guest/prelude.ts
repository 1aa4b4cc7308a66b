// The code that is inside the engine before a workflow is. `install` receives the host's functions, keeps them in its
// closure and gives back the entries that the worker calls. Nothing of install, mount or load may read clock, randomness
// or environment, because the memory image that every run starts from is taken after them.
import { fireTimer } from './bindings/timers.ts'
import { requireFunction } from './bindings/require.ts'
import type { CommonJsModule, GuestEntries, HostFunctions } from './host-functions.ts'
import { mount } from './mount.ts'
import { deliverAnswer } from './outgoing-call.ts'
import { arrayPrototype, errorStack, objectPrototype } from './primordials.ts'
import { newRunState, type Guest } from './run-state.ts'
import { streamsPrelude } from './web/mount-web.ts'
import { finishThrown, inspectExports, loadErrorJson, start } from './run.ts'

export function install(host: HostFunctions): GuestEntries {
  const guest: Guest = { host, state: newRunState() }
  const module: CommonJsModule = { exports: {} }
  const require = requireFunction()
  const whileRunning = (deliver: () => void): void => {
    if (guest.state.phase === 'ended') return
    try {
      deliver()
    } catch (error) {
      finishThrown(guest, error)
    }
  }
  return {
    mount: (configJson) => mount(guest, configJson),
    addStreams: (install) => install(streamsPrelude),
    load(factory) {
      try {
        factory(module, module.exports, require)
        return ''
      } catch (error) {
        return loadErrorJson(error)
      }
    },
    inspect() {
      try {
        return inspectExports(module)
      } catch {
        return '{"defaultExport":"other"}'
      }
    },
    start: (inputJson) => start(guest, module, inputJson),
    deliverAnswer: (id, envelopeJson) => whileRunning(() => deliverAnswer(guest, id, envelopeJson)),
    stackOf(error) {
      const stack: unknown = errorStack(error)
      return typeof stack === 'string' ? stack : ''
    },
    roots: {
      claims: guest.state.claims,
      claimsPrototypes: guest.state.claimsPrototypes,
      objectPrototype,
      arrayPrototype,
    },
    fireTimer: (id) => whileRunning(() => fireTimer(guest, id)),
  }
}
