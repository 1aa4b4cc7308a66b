// SBX-12 | running-time-exceeded | a top level that behaves while it is prepared and loops in a run
// environment: {"ATTACK":"now"}
export const workflowSettings = { id: 'sbx-12-top-level-loops-in-a-run', trigger: 'user:tokens_generation' }

const attack = kinde.env.get('ATTACK')
while (attack.value === 'now') {}

export default async function () {}
