// SBX-04 | running-time-exceeded | queueMicrotask that queues itself
export const workflowSettings = { id: 'sbx-04-queue-microtask', trigger: 'user:tokens_generation' }

export default async function () {
  const again = () => queueMicrotask(again)
  again()
  await new Promise(() => {})
}
