// SBX-46 | threw | a thrown symbol
// error: /Symbol\(x\)/
export const workflowSettings = { id: 'sbx-46-thrown-symbol', trigger: 'user:tokens_generation' }

export default async function () {
  throw Symbol('x')
}
