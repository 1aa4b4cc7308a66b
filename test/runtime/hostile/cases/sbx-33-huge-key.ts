// SBX-33 | claims-too-large | a claim whose name has a million letters
export const workflowSettings = { id: 'sbx-33-huge-key', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('k'.repeat(1_000_000), 1)
}
