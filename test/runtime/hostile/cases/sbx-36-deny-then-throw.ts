// SBX-36 | denied | a denial, then an exception
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-throw', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  throw new Error('after')
}
