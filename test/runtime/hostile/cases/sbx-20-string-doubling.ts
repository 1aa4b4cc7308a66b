// SBX-20 | threw or out-of-memory | a string that doubles
export const workflowSettings = { id: 'sbx-20-string-doubling', trigger: 'user:tokens_generation' }

export default async function () {
  for (let text = 'x'; ; ) text += text
}
