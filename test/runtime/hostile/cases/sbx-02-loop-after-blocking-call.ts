// SBX-02 | running-time-exceeded or wall-clock-exceeded | a loop after an outgoing call that was read without await, on a lent thread
export const workflowSettings = { id: 'sbx-02-loop-after-blocking-call', trigger: 'user:tokens_generation' }

export default async function () {
  const { ok } = kinde.fetch(kinde.env.get('ALLOWED').value).json
  while (ok) {}
}
