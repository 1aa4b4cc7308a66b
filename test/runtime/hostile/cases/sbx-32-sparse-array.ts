// SBX-32 | claims-invalid or claims-too-large or running-time-exceeded | a sparse array of 4e9 items as a claim
export const workflowSettings = { id: 'sbx-32-sparse-array', trigger: 'user:tokens_generation' }

export default async function () {
  const list = []
  list[4e9] = 1
  kinde.accessToken.setCustomClaim('list', list)
}
