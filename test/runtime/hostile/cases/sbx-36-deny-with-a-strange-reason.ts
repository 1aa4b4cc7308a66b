// SBX-36 | denied | reasons whose conversion throws or loops
// error: /^\[object|^\{|^Proxy|^a value/
export const workflowSettings = { id: 'sbx-36-deny-with-a-strange-reason', trigger: 'user:tokens_generation' }

export default async function () {
  const reason = {
    toString() {
      throw new Error('not a reason')
    },
    get message() {
      throw new Error('not a reason')
    },
  }
  kinde.auth.denyAccess(reason)
}
