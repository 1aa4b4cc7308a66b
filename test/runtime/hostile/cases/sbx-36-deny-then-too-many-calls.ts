// SBX-36 | denied | a denial, then more calls than a run may make
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-calls-exceeded', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  for (;;) await kinde.fetch(kinde.env.get('ALLOWED').value)
}
