// SBX-31 | claims-invalid | an invalid Date as a claim
// error: /accessToken\.value.*Date/
export const workflowSettings = { id: 'sbx-31-invalid-date', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', new Date(NaN))
}
