// SBX-36 | denied | a denial, then more log than a run may write
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-log-flood', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  for (;;) console.log('x'.repeat(10_000))
}
