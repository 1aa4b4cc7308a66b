// SBX-31 | claims-invalid | an infinite number as a claim
// error: /accessToken\.value.*-Infinity/
export const workflowSettings = { id: 'sbx-31-infinity', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.getCustomClaims().value = -Infinity
}
