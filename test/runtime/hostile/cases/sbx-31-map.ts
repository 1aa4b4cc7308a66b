// SBX-31 | claims-invalid | a Map as a claim
// error: /accessToken\.value.*Map/
export const workflowSettings = { id: 'sbx-31-map', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', new Map([['a', 1]]))
}
