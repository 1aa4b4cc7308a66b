// SBX-36 | denied | a denial, then an endless loop
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-loop', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  for (;;);
}
