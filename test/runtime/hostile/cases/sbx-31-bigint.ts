// SBX-31 | claims-invalid | a BigInt as a claim
// error: /accessToken\.value.*bigint/
export const workflowSettings = { id: 'sbx-31-bigint', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', 1n)
}
