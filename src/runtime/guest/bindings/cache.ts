// kinde.cache.jwtToken (C§6.2, C§6.7). The host keeps the tokens, checks them before it hands them out and lets one of
// many waiting runs fetch; here, calls of one run for the same token share one look-up.
import { inspect } from '../inspect.ts'
import { startCall } from '../outgoing-call.ts'
import {
  apply,
  GuestMap,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  isPromise,
  jsonStringify,
  mapDelete,
  mapGet,
  mapSet,
  promiseThen,
  quote,
  reflectGet,
  StringOf,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'

type CacheAnswer = { readonly token?: string; readonly miss?: boolean }

export function cache(guest: Guest): object {
  const underWay = new GuestMap<string, Promise<unknown>>()
  return {
    jwtToken(name: unknown, options?: unknown): Promise<unknown> {
      const settings = typeof options === 'object' && options !== null ? options : {}
      const validation: unknown = reflectGet(settings, 'validation')
      const validationJson: string | undefined =
        validation === undefined ? undefined : jsonStringify(validation)
      const key = requestJson(StringOf(name), undefined, validationJson)
      const known: Promise<unknown> | undefined = mapGet(underWay, key)
      if (known !== undefined) return known
      const found = lookUp(
        guest,
        key,
        StringOf(name),
        validationJson,
        reflectGet(settings, 'onMissingOrExpired'),
      )
      mapSet(underWay, key, found)
      const forget = (): void => {
        mapDelete(underWay, key)
      }
      promiseThen(found, forget, forget)
      return found
    },
  }
}

function lookUp(
  guest: Guest,
  key: string,
  name: string,
  validationJson: string | undefined,
  onMissingOrExpired: unknown,
): Promise<unknown> {
  const first = startCall(guest, 'jwtCacheGet', key, readToken)
  return chain(first.promise, (token) => {
    if (token !== undefined || typeof onMissingOrExpired !== 'function') return token
    const made: unknown = apply(onMissingOrExpired, undefined, [])
    return chain(settled(made), (fresh) => {
      if (typeof fresh !== 'string') {
        throw new GuestTypeError(
          'kinde.cache.jwtToken: onMissingOrExpired must give the token as a string, not ' +
            inspect(fresh, 0),
        )
      }
      return startCall(guest, 'jwtCachePut', requestJson(name, fresh, validationJson), readToken).promise
    })
  })
}

function requestJson(name: string, token: string | undefined, validationJson: string | undefined): string {
  const tokenText = token === undefined ? '' : ',"token":' + quote(token)
  return (
    '{"name":' +
    quote(name) +
    tokenText +
    (validationJson === undefined ? '' : ',"validation":' + validationJson) +
    '}'
  )
}

function readToken(answer: unknown): string | undefined {
  const token: unknown = (answer as CacheAnswer).token
  return typeof token === 'string' ? token : undefined
}

/** `promise.then(next)` that no replaced intrinsic can bend. */
function chain<Value>(promise: Promise<Value>, next: (value: Value) => unknown): Promise<unknown> {
  return guardPromise(
    new GuestPromise((resolve, reject) => {
      const step = (value: Value): void => {
        try {
          const result = next(value)
          if (isPromise(result)) promiseThen(result, resolve, reject)
          else resolve(result)
        } catch (error) {
          reject(error)
        }
      }
      promiseThen(promise, step, reject)
    }),
  )
}

/** A promise of what an author's function gave: a value, a promise of the engine's, or any thenable. */
function settled(value: unknown): Promise<unknown> {
  if (isPromise(value)) return guardPromise(value)
  return guardPromise(new GuestPromise((resolve) => resolve(value)))
}
