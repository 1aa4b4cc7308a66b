// SBX-45 | completed | every intrinsic replaced by one that throws, then every binding
// claims: {"permissions":["read:reports"],"feature_flags":{},"tier":"gold","hello":"Hello","status":200,"early":true}
export const workflowSettings = { id: 'sbx-45-intrinsics-that-throw', trigger: 'user:tokens_generation' }

export default async function () {
  const { accessToken, env, localization, fetch } = kinde
  const { log } = console
  const schedule = setTimeout
  const NativePromise = Promise
  const address = env.get('ALLOWED').value
  const throws = () => {
    throw new Error('replaced')
  }
  const replace = (owner, keep) => {
    for (const name of ownKeys(owner)) {
      if (keep.includes(name)) continue
      try {
        define(owner, name, { __proto__: null, value: throws, configurable: true, writable: true })
      } catch {
        continue
      }
    }
  }
  const { ownKeys, defineProperty: define } = Reflect
  const builtins = [Object, Array, String, Number, BigInt, Symbol, Map, Set, WeakMap, Date, RegExp, Error, URL, Headers, Function]
  const keep = ['prototype', 'constructor', 'length', 'name', 'includes', 'next', 'iterator', 'toPrimitive', Symbol.iterator]
  const owners = builtins.map((builtin) => [builtin, builtin.prototype]).flat()
  for (const owner of owners) replace(owner, keep)
  for (const owner of [JSON, Math, Intl]) replace(owner, [])
  define(NativePromise.prototype, 'then', { __proto__: null, value: throws })
  define(NativePromise.prototype, 'catch', { __proto__: null, value: throws })
  for (const name of ['get', 'set', 'value', 'ok', 'status', 'json', 'body', 'headers', 'method', 'code', 'kind']) {
    define(Object.prototype, name, { __proto__: null, set: throws, get: throws, configurable: true })
    define(Array.prototype, name, { __proto__: null, set: throws, get: throws, configurable: true })
  }
  log('%s', 'text', { a: 1 })
  accessToken.setCustomClaim('tier', 'gold')
  accessToken.setCustomClaim('hello', localization.get('hello'))
  const answer = await fetch(address)
  accessToken.setCustomClaim('status', answer.status)
  accessToken.setCustomClaim('early', fetch(address).json.ok)
  await new NativePromise((resolve) => schedule(resolve, 1))
}
