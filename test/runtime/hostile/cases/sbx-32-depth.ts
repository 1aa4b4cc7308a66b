// SBX-32 | claims-invalid | claims that are nested 100,000 deep
// error: /nested deeper than 64/
export const workflowSettings = { id: 'sbx-32-depth', trigger: 'user:tokens_generation' }

export default async function () {
  let value = {}
  for (let level = 0; level < 100_000; level++) value = { value }
  kinde.accessToken.setCustomClaim('deep', value)
}
