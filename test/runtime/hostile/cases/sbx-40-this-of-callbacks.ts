// SBX-40 | completed | the receiver and the arguments that callbacks are given
// claims: {"permissions":["read:reports"],"feature_flags":{},"found":[]}
export const workflowSettings = { id: 'sbx-40-this-of-callbacks', trigger: 'user:tokens_generation' }

export default async function () {
  const found = []
  const allowed = new Set([undefined, globalThis])
  const seen = function (...given) {
    if (!allowed.has(this)) found.push('this: ' + typeof this)
    for (const one of given) if (one !== null && (typeof one === 'object' || typeof one === 'function')) found.push(typeof one)
    return 'token'
  }
  setTimeout(seen, 1)
  queueMicrotask(seen)
  await kinde.cache.jwtToken('mine', { onMissingOrExpired: seen }).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await { then: (resolve) => resolve(1) }
  kinde.accessToken.setCustomClaim('found', found)
}
