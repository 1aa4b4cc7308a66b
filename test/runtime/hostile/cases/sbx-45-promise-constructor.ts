// SBX-45 | completed | the constructor of promises replaced by one that loops
// claims: {"permissions":["read:reports"],"feature_flags":{},"tier":"gold"}
export const workflowSettings = { id: 'sbx-45-promise-constructor', trigger: 'user:tokens_generation' }

export default function () {
  kinde.accessToken.setCustomClaim('tier', 'gold')
  const loops = function () {
    for (;;);
  }
  Object.defineProperty(loops, Symbol.species, { get: loops })
  Object.defineProperty(Promise.prototype, 'constructor', { value: loops })
}
