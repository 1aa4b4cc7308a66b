// SBX-04 | running-time-exceeded or memory-exceeded | a promise job that queues the next one
export const workflowSettings = { id: 'sbx-04-recursive-microtask', trigger: 'user:tokens_generation' }

export default async function () {
  const again = () => Promise.resolve().then(again)
  await again()
}
