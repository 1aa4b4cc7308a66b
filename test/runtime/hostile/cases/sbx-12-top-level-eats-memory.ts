// SBX-12 | refused top_level_threw | a top level that uses all memory
// error: /memory/
export const workflowSettings = { id: 'sbx-12-top-level-eats-memory', trigger: 'user:tokens_generation' }

const kept = []
for (;;) kept.push(new Array(10_000).fill(kept))

export default async function () {}
