// SBX-21 | threw or memory-exceeded or running-time-exceeded | the JSON of a small tree with 2^24 leaves
// lost: 1
export const workflowSettings = { id: 'sbx-21-json-of-a-shared-tree', trigger: 'user:tokens_generation' }

export default async function () {
  let tree = ['leaf']
  for (let level = 0; level < 24; level++) tree = [tree, tree]
  return JSON.stringify(tree)
}
