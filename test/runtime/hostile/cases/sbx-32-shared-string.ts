// SBX-32 | claims-too-large | two thousand references to one string of a megabyte
// rss: 64
export const workflowSettings = { id: 'sbx-32-shared-string', trigger: 'user:tokens_generation' }

export default async function () {
  const text = 'x'.repeat(2 ** 20)
  kinde.accessToken.setCustomClaim('list', new Array(2_000).fill(text))
}
