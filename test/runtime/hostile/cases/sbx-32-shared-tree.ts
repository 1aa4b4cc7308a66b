// SBX-32 | claims-too-large | a small tree with 2^30 leaves as a claim
// rss: 64
export const workflowSettings = { id: 'sbx-32-shared-tree', trigger: 'user:tokens_generation' }

export default async function () {
  let tree = ['leaf']
  for (let level = 0; level < 30; level++) tree = [tree, tree]
  kinde.accessToken.setCustomClaim('tree', tree)
}
