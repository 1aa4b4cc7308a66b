// SBX-32 | claims-too-large | a tree of empty objects with 2^40 leaves as a claim
// rss: 64
export const workflowSettings = { id: 'sbx-32-empty-objects', trigger: 'user:tokens_generation' }

export default async function () {
  let tree = {}
  for (let level = 0; level < 40; level++) tree = { a: tree, b: tree }
  kinde.accessToken.setCustomClaim('tree', tree)
}
