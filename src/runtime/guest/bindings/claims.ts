// What the three token bindings share: one live object per token and run. Everything that happens to it counts, because
// it is read at the end of the run; setCustomClaim is an assignment. Reserved names are setters on its prototype, which
// tell the host the author's line and drop the value. That is a courtesy: the host refuses reserved names itself.
import {
  define,
  defineProperty,
  deleteProperty,
  GuestError,
  GuestTypeError,
  errorStack,
  mapHas,
  mapSet,
  newRecord,
  objectCreate,
  objectKeys,
  objectPrototype,
  StringOf,
} from '../primordials.ts'
import { assertRunning, type Guest } from '../run-state.ts'

interface ClaimsBinding {
  readonly setCustomClaim: (name: unknown, value: unknown) => void
  readonly getCustomClaims: () => object
}

export function claimsBinding(guest: Guest, token: string): ClaimsBinding {
  const { state } = guest
  state.claimsPrototypes[token] = claimsPrototype(guest, token)
  const live = (): object => {
    assertRunning(state, 'kinde.' + token)
    return (state.claims[token] ??= objectCreate(state.claimsPrototypes[token] ?? objectPrototype))
  }
  return {
    setCustomClaim(name, value) {
      if (typeof name === 'symbol') throw new GuestTypeError('The name of a claim must be a string')
      const claim = StringOf(name)
      const claims = live()
      if (state.reservedClaims[token]?.[claim] === true) noteAttempt(guest, token, claim)
      else if (value === undefined) deleteProperty(claims, claim)
      else define(claims, claim, value)
    },
    getCustomClaims: () => live(),
  }
}

function claimsPrototype(guest: Guest, token: string): object {
  const prototype: object = objectCreate(objectPrototype)
  const names = objectKeys(guest.state.reservedClaims[token] ?? newRecord())
  for (let index = 0; index < names.length; index++) {
    const claim = names[index]
    if (claim === undefined) continue
    const refusing = {
      __proto__: null,
      get: () => undefined,
      set: () => noteAttempt(guest, token, claim),
      enumerable: false,
      configurable: false,
    }
    defineProperty(prototype, claim, refusing)
  }
  return prototype
}

/** Once per claim: the library's Proxy calls setCustomClaim and then assigns as well (C§6.4). */
function noteAttempt({ host, state }: Guest, token: string, claim: string): void {
  const key = token + ' ' + claim
  if (mapHas(state.toldAttempts, key)) return
  mapSet(state.toldAttempts, key, true)
  const stack: unknown = errorStack(new GuestError('reserved'))
  host.reservedAttempt(token, claim, typeof stack === 'string' ? stack : '')
}
