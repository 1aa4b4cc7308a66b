// SBX-55 | completed | globals, prototypes, module variables and registered symbols that an earlier run would have left
// claims: {"permissions":["read:reports"],"feature_flags":{},"left":0}
export const workflowSettings = { id: 'sbx-55-state-of-a-run', trigger: 'user:tokens_generation' }

let runs = 0
const cache = new Map()

export default async function () {
  const marks = [globalThis.mark, {}.mark, cache.get('mark'), Symbol.for('mark').mark, Math.mark, kinde.mark, JSON.mark]
  const left = marks.filter((mark) => mark !== undefined).length + runs
  runs++
  globalThis.mark = Object.prototype.mark = Math.mark = kinde.mark = JSON.mark = 1
  cache.set('mark', 1)
  Object.freeze(Array.prototype)
  setTimeout(() => {}, 100_000)
  kinde.fetch(kinde.env.get('ALLOWED').value + '/never')
  kinde.accessToken.setCustomClaim('left', left)
}
