// OWN-11 | memory-exceeded | all memory in the callback of a timer
export const workflowSettings = { id: 'own-11-memory-in-a-timer', trigger: 'user:tokens_generation' }

export default async function () {
  setTimeout(() => {
    const kept = []
    for (;;) kept.push(new Array(10_000).fill(0))
  }, 1)
  await new Promise(() => {})
}
