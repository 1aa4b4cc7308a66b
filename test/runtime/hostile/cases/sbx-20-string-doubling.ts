// SBX-20 | threw or memory-exceeded | a string that doubles
export const workflowSettings = { id: 'sbx-20-string-doubling', trigger: 'user:tokens_generation' }

export default async function () {
  for (let text = 'x'; ; ) text += text
}
