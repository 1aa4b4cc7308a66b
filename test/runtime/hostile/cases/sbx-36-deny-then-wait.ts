// SBX-36 | denied | a denial, then a wait beyond the wall clock
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-wait', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
}
