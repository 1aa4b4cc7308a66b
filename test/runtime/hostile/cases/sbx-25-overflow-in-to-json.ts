// SBX-25 | threw or claims-invalid | endless recursion in toJSON
export const workflowSettings = { id: 'sbx-25-overflow-in-to-json', trigger: 'user:tokens_generation' }

export default async function () {
  const value = { toJSON: () => value.toJSON() }
  kinde.accessToken.setCustomClaim('deep', value)
}
