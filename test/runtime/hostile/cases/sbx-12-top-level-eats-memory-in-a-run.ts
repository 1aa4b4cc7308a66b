// SBX-12 | memory-exceeded | a top level that behaves while it is prepared and uses all memory in a run
// environment: {"ATTACK":"now"}
export const workflowSettings = { id: 'sbx-12-top-level-eats-memory-in-a-run', trigger: 'user:tokens_generation' }

const attack = kinde.env.get('ATTACK')
const kept = []
while (attack.value === 'now') kept.push(new Array(10_000).fill(0))

export default async function () {}
