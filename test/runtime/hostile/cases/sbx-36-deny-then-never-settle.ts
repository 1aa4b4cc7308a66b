// SBX-36 | denied | a denial, then a promise that nobody resolves
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-never-settle', trigger: 'user:tokens_generation' }

export default function () {
  kinde.auth.denyAccess('no')
  return new Promise(() => {})
}
