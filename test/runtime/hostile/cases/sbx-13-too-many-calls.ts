// SBX-13 | calls-exceeded | more calls at once than a run may make
export const workflowSettings = { id: 'sbx-13-calls-exceeded', trigger: 'user:tokens_generation' }

export default async function () {
  const calls = Array.from({ length: 50 }, () => kinde.fetch(kinde.env.get('ALLOWED').value))
  await Promise.allSettled(calls)
}
