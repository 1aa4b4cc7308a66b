// SBX-25 | threw | endless recursion
// error: /Maximum call stack size exceeded/
export const workflowSettings = { id: 'sbx-25-stack-overflow', trigger: 'user:tokens_generation' }

export default async function () {
  const again = () => 1 + again()
  again()
}
