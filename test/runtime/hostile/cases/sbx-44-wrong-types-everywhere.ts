// SBX-44 | completed or calls-exceeded | every binding called with values that are not strings
export const workflowSettings = { id: 'sbx-44-wrong-types-everywhere', trigger: 'user:tokens_generation' }

export default async function () {
  const odd = [
    undefined, null, -1, NaN, 1n, Symbol('x'), () => 1, [], {}, new Proxy({}, {}), 'x'.repeat(500),
    { toString: () => { throw new Error('toString') } }, { get href() { throw new Error('href') } },
    { [Symbol.toPrimitive]: () => ({}) }, new Uint8Array(1000), Object.create(null), new Error('x'), /x/, new Date(NaN),
  ]
  const functions = [
    console.log, console.error, console.table, console.group, console.count, console.time, console.assert,
    kinde.accessToken.setCustomClaim, kinde.idToken.getCustomClaims, kinde.env.get, kinde.env.getEnvironmentVariable,
    kinde.localization.get, clearTimeout, clearInterval, setTimeout, setInterval, queueMicrotask,
    (value) => new Intl.NumberFormat(value, value).format(value), (value) => new Intl.DateTimeFormat(value, value).format(value),
    (value) => new Intl.DisplayNames(value, value).of(value), (value) => new Intl.ListFormat(value, value).format(value),
    (value) => new URL(value), (value) => new URLSearchParams(value), (value) => new Headers(value),
    atob, btoa, structuredClone, (value) => crypto.getRandomValues(value), (value) => new TextDecoder(value).decode(value),
    (value) => kinde.cache.jwtToken(value, value), (value) => kinde.fetch(value, value),
  ]
  for (const call of functions) {
    for (const value of odd) {
      try {
        const result = call(value, value, value)
        if (result instanceof Promise) result.catch(() => {})
      } catch {
        continue
      }
    }
    try {
      call()
      call(...new Array(5_000).fill('x'))
    } catch {
      continue
    }
  }
  for (const name of Object.keys(kinde.accessToken.getCustomClaims())) delete kinde.accessToken.getCustomClaims()[name]
}
