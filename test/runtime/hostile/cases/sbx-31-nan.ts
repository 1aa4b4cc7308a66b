// SBX-31 | claims-invalid | NaN deep inside a claim
// error: /idToken\.value\.list\[1\].*NaN/
export const workflowSettings = { id: 'sbx-31-nan', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.idToken.setCustomClaim('value', { list: [1, NaN] })
}
