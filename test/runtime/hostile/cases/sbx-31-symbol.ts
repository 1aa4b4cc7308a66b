// SBX-31 | claims-invalid | a symbol as a claim
// error: /accessToken\.value.*symbol/
export const workflowSettings = { id: 'sbx-31-symbol', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', Symbol('x'))
}
