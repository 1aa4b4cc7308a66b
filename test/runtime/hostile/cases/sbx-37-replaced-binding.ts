// SBX-37 | denied | a binding that was called and then replaced
// error: /^no$/
export const workflowSettings = { id: 'sbx-37-replaced-binding', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  kinde.auth = { denyAccess() {} }
  globalThis.kinde = { auth: kinde.auth }
  Object.freeze(kinde)
}
