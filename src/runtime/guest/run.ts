// One run: from the input to exactly one finish. Whatever the workflow throws, returns or leaves behind, the host hears
// one word about it; afterwards nothing of the run is delivered any more.
import { thrownJson } from './describe-thrown.ts'
import type { CommonJsModule, FinishKind } from './host-functions.ts'
import {
  apply,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  isPromise,
  jsonParse,
  objectKeys,
  objectPrototype,
  promiseThen,
  quote,
  reflectGet,
  setPrototypeOf,
  stringSlice,
  weakMapGet,
} from './primordials.ts'
import type { Guest } from './run-state.ts'
import { serialiseClaims, type ClaimsBounds } from './serialise.ts'

interface StartInput extends ClaimsBounds {
  readonly event: unknown
  readonly claims: Record<string, object>
}

type Entry = { readonly kind: 'function' | 'handle-object'; readonly call: Function; readonly self: unknown }

/** The function to call: the default export, or its method `handle` (C§6.1). */
function entryOf(module: CommonJsModule): Entry | 'missing' | 'other' {
  const exported: unknown = isObject(module.exports) ? reflectGet(module.exports, 'default') : undefined
  if (exported === undefined) return 'missing'
  if (typeof exported === 'function') return { kind: 'function', call: exported, self: undefined }
  const handle: unknown = isObject(exported) ? reflectGet(exported, 'handle') : undefined
  return typeof handle === 'function' ? { kind: 'handle-object', call: handle, self: exported } : 'other'
}

export function inspectExports(module: CommonJsModule): string {
  const entry = entryOf(module)
  const kind = typeof entry === 'string' ? entry : entry.kind
  const settings: unknown = isObject(module.exports)
    ? reflectGet(module.exports, 'workflowSettings')
    : undefined
  return '{"defaultExport":' + quote(kind) + settingsMember(settings) + '}'
}

/** A member of the JSON above: the settings, or why JSON cannot carry them. */
function settingsMember(settings: unknown): string {
  if (settings === undefined) return ''
  const result = serialiseClaims({ exports: { workflowSettings: settings } }, settingsBounds)
  if (!result.ok) {
    const { kind, message } = result.refusal
    const problem = kind === 'claims-too-large' ? 'larger than 64 KiB as JSON' : message
    return ',"settingsProblem":' + quote(problem)
  }
  const start = '{"exports":{"workflowSettings":'.length
  if (result.json.length <= start) return ''
  return ',"settings":' + stringSlice(result.json, start, result.json.length - 2)
}

const settingsBounds = { claimsDepth: 16, resultBytes: 65_536 }

export function start(guest: Guest, module: CommonJsModule, inputJson: string): void {
  const { state } = guest
  const input: StartInput = jsonParse(inputJson)
  takeClaims(guest, input.claims)
  state.phase = 'running'
  const bounds = { claimsDepth: input.claimsDepth, resultBytes: input.resultBytes }
  const failed = (error: unknown): void => finishThrown(guest, error)
  try {
    const entry = entryOf(module)
    if (typeof entry === 'string') {
      throw new GuestTypeError(
        entry === 'missing'
          ? 'The workflow exports no default function'
          : 'The default export is neither a function nor an object with a method `handle`',
      )
    }
    const returned: unknown = apply(entry.call, entry.self, [input.event])
    promiseThen(settled(returned), () => finishCompleted(guest, bounds), failed)
  } catch (error) {
    failed(error)
  }
}

/** Nothing copied: the parsed objects become the live ones, with the prototype that refuses reserved names. */
function takeClaims({ state }: Guest, claims: Record<string, object>): void {
  const tokens = objectKeys(claims)
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    const live = claims[token]
    if (live === undefined) continue
    setPrototypeOf(live, state.claimsPrototypes[token] ?? objectPrototype)
    state.claims[token] = live
  }
}

/** A promise of the engine's is taken as it is; any other thenable is asked, in a job of its own. */
function settled(returned: unknown): Promise<unknown> {
  if (isPromise(returned)) {
    return guardPromise(returned)
  }
  return guardPromise(new GuestPromise((resolve) => resolve(returned)))
}

function finishCompleted(guest: Guest, bounds: ClaimsBounds): void {
  const { host, state } = guest
  if (state.phase === 'ended') return
  try {
    if (host.finishPlain(bounds.resultBytes) === 1) {
      state.phase = 'ended'
      return
    }
    const result = serialiseClaims(state.claims, bounds)
    if (result.ok) finish(guest, 'completed', result.json)
    else finish(guest, result.refusal.kind, result.refusal.message)
  } catch (error) {
    finishThrown(guest, error)
  }
}

export function finishThrown(guest: Guest, error: unknown): void {
  const callCode: string | undefined = isObject(error) ? weakMapGet(guest.state.callCodes, error) : undefined
  finish(guest, 'threw', thrownText(error, callCode))
}

function thrownText(error: unknown, callCode: string | undefined): string {
  try {
    return thrownJson(error, callCode)
  } catch {
    return '{"name":"Error","message":"The workflow threw something that cannot be described","stack":""}'
  }
}

function finish({ host, state }: Guest, kind: FinishKind, payload: string): void {
  if (state.phase === 'ended') return
  state.phase = 'ended'
  host.finish(kind, payload)
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** The described error of a top level that threw. */
export function loadErrorJson(error: unknown): string {
  return thrownText(error, undefined)
}
