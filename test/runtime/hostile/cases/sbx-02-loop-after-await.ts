// SBX-02 | running-time-exceeded | a loop after an awaited outgoing call
export const workflowSettings = { id: 'sbx-02-loop-after-await', trigger: 'user:tokens_generation' }

export default async function () {
  await kinde.fetch(kinde.env.get('ALLOWED').value)
  while (true) {}
}
