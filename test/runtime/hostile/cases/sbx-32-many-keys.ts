// SBX-32 | claims-too-large | a hundred thousand claims
// rss: 64
export const workflowSettings = { id: 'sbx-32-many-keys', trigger: 'user:tokens_generation' }

export default async function () {
  const claims = kinde.accessToken.getCustomClaims()
  for (let index = 0; index < 100_000; index++) claims['k' + index] = index
}
