// SBX-31 | claims-invalid | a promise as a claim
// error: /accessToken\.value.*Promise/
export const workflowSettings = { id: 'sbx-31-promise', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', Promise.resolve(1))
}
