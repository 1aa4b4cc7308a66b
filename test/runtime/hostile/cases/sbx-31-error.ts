// SBX-31 | claims-invalid | an error as a claim
// error: /accessToken\.value.*Error/
export const workflowSettings = { id: 'sbx-31-error', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', new RangeError('x'))
}
