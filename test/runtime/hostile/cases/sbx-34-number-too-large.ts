// SBX-34 | claims-invalid | a number that is written 1e400
export const workflowSettings = { id: 'sbx-34-number-too-large', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('number', JSON.parse('1e400'))
}
