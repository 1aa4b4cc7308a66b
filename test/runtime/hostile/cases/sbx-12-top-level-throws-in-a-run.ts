// SBX-12 | threw | a top level that behaves while it is prepared and throws in a run
// environment: {"ATTACK":"now"}
// error: /^RangeError: only now$/
export const workflowSettings = { id: 'sbx-12-top-level-throws-in-a-run', trigger: 'user:tokens_generation' }

if (kinde.env.get('ATTACK').value === 'now') throw new RangeError('only now')

export default async function () {}
