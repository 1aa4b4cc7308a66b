// SBX-37 | completed | everything frozen before the bindings are used
// claims: {"permissions":["read:reports"],"feature_flags":{},"tier":"gold"}
export const workflowSettings = { id: 'sbx-37-frozen-world', trigger: 'user:tokens_generation' }

export default async function () {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = globalThis[name]
    if (value === globalThis || (typeof value !== 'object' && typeof value !== 'function') || value === null) continue
    if (value.prototype) Object.freeze(value.prototype)
    Object.freeze(value)
  }
  kinde.accessToken.setCustomClaim('tier', 'gold')
  await kinde.fetch(kinde.env.get('ALLOWED').value)
  await new Promise((resolve) => setTimeout(resolve, 1))
}
