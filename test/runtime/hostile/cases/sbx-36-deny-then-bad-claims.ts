// SBX-36 | denied | a denial, then claims that JSON cannot carry
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-bad-claims', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  kinde.accessToken.setCustomClaim('bad', 1n)
}
