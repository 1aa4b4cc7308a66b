// SBX-46 | threw | null, thrown
// error: /null/
export const workflowSettings = { id: 'sbx-46-thrown-null', trigger: 'user:tokens_generation' }

export default async function () {
  throw null
}
