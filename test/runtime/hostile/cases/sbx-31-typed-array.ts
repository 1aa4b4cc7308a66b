// SBX-31 | claims-invalid | a typed array of a megabyte as a claim
// error: /accessToken\.value.*TypedArray/
export const workflowSettings = { id: 'sbx-31-typed-array', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('value', new Uint8Array(2 ** 20))
}
