// SBX-36 | denied | a denial, then all memory
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-eat-memory', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  const kept = []
  for (;;) kept.push(new Array(10_000).fill(0))
}
