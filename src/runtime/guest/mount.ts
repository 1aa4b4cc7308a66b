// Puts a workflow's globals in place: the bindings that its deployment mounts, by Kinde's keys (C§6.2), and what every
// workflow has. Unknown keys are left alone; the host has judged them already.
import { accessToken, idToken, m2mToken } from './bindings/token-claims.ts'
import { auth } from './bindings/auth.ts'
import { cache } from './bindings/cache.ts'
import { consoleBinding } from './bindings/console.ts'
import { env } from './bindings/env.ts'
import { globalFetch, kindeFetch, secureFetch } from './bindings/fetch.ts'
import { mountIntl } from './bindings/intl.ts'
import { localization } from './bindings/localization.ts'
import { microtask } from './bindings/microtask.ts'
import { timers } from './bindings/timers.ts'
import { connectSearchParams } from './bindings/url.ts'
import { util } from './bindings/util.ts'
import { mountWebCrypto } from './bindings/web-crypto.ts'
import { closeSurface } from './close-surface.ts'
import { define, jsonParse, newRecord, objectKeys } from './primordials.ts'
import { mountRefusedGlobals } from './refused-globals.ts'
import type { Guest } from './run-state.ts'
import { prepareSearchParams, SearchParams } from './search-params.ts'
import { mountWeb } from './web/mount-web.ts'

interface MountConfig {
  readonly bindings: readonly string[]
  readonly reservedClaims: Readonly<Record<string, readonly string[]>>
}

/** One row per binding key below `kinde.`. */
const kindeBindings: Record<string, (guest: Guest) => object> = {
  accessToken,
  idToken,
  m2mToken,
  auth,
  env,
  fetch: kindeFetch,
  secureFetch,
  cache,
  localization,
}

/** Bindings that are globals of their own, with the name of the global. */
const globalBindings: Record<string, { name: string; make: (guest: Guest) => object }> = {
  console: { name: 'console', make: consoleBinding },
  util: { name: 'util', make: util },
  'kinde.fetch': { name: 'fetch', make: globalFetch },
}

export function mount(guest: Guest, configJson: string): void {
  const config: MountConfig = jsonParse(configJson)
  noteReservedClaims(guest, config.reservedClaims)
  prepareSearchParams()
  closeSurface()
  define(globalThis, 'URLSearchParams', SearchParams, false)
  connectSearchParams()
  mountIntl(guest)
  mountWebCrypto(guest)
  mountRefusedGlobals()
  defineAll(globalThis, timers(guest))
  define(globalThis, 'queueMicrotask', microtask(guest), false)
  mountWeb(guest)
  const kinde = {}
  for (let index = 0; index < config.bindings.length; index++) {
    const key = config.bindings[index] ?? ''
    const global = globalBindings[key]
    if (global !== undefined) define(globalThis, global.name, global.make(guest), false)
    const name = key.startsWith('kinde.') ? key.slice('kinde.'.length) : ''
    const make = kindeBindings[name]
    if (make !== undefined) define(kinde, name, make(guest))
  }
  if (objectKeys(kinde).length > 0) define(globalThis, 'kinde', kinde, false)
}

function noteReservedClaims({ state }: Guest, reserved: MountConfig['reservedClaims']): void {
  const tokens = objectKeys(reserved)
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    const names = newRecord<true>()
    const claims = reserved[token] ?? []
    for (let at = 0; at < claims.length; at++) names[claims[at] ?? ''] = true
    state.reservedClaims[token] = names
  }
}

function defineAll(target: object, values: Record<string, object>): void {
  const names = objectKeys(values)
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    define(target, name, values[name], false)
  }
}
