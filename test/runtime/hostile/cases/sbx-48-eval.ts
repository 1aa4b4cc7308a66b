// SBX-48 | threw | eval of a string
export const workflowSettings = { id: 'sbx-48-eval', trigger: 'user:tokens_generation' }

export default async function () {
  return (0, globalThis.eval)('1 + 1')
}
