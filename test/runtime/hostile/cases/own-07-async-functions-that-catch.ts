// OWN-07 | running-time-exceeded or memory-exceeded | async functions that catch the interrupt and start the next one
export const workflowSettings = { id: 'own-07-async-functions-that-catch', trigger: 'user:tokens_generation' }

export default async function again() {
  try {
    await null
    for (;;);
  } catch {
    await again()
  } finally {
    again()
    for (;;);
  }
}
