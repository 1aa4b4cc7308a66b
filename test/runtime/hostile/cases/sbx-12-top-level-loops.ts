// SBX-12 | refused top_level_threw | a top level that never ends
// error: /computes for longer/
export const workflowSettings = { id: 'sbx-12-top-level-loops', trigger: 'user:tokens_generation' }

while (true) {}

export default async function () {}
