// SBX-06 | never-settled | a returned thenable that never calls back
export const workflowSettings = { id: 'sbx-06-thenable-that-never-calls-back', trigger: 'user:tokens_generation' }

export default function () {
  return { then() {} }
}
