// SBX-36 | denied | two denials, one inside try and catch: the first reason wins
// error: /^first$/
export const workflowSettings = { id: 'sbx-36-deny-twice', trigger: 'user:tokens_generation' }

export default async function () {
  try {
    kinde.auth.denyAccess('first')
    throw new Error('caught')
  } catch {
    kinde.auth.denyAccess('second')
  }
}
