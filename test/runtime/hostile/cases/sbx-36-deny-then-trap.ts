// SBX-36 | denied | a denial, then a trap of the engine
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-trap', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  let value = {}
  for (let level = 0; level < 100_000; level++) value = { value }
  structuredClone(value)
}
