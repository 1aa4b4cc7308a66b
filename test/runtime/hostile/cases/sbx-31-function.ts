// SBX-31 | claims-invalid | a function as a claim
// error: /accessToken\.value.*function/
export const workflowSettings = { id: 'sbx-31-function', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', () => 1)
}
