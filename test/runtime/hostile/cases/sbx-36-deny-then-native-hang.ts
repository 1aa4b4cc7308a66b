// SBX-36 | denied | a denial, then an operation that the engine cannot interrupt
// lost: 1
// error: /^no$/
export const workflowSettings = { id: 'sbx-36-deny-then-native-hang', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('no')
  const list = []
  list.length = 2 ** 32 - 1
  list.sort()
}
