// OWN-02 | running-time-exceeded | a loop in the callback of a timer
export const workflowSettings = { id: 'own-02-loop-in-a-timer', trigger: 'user:tokens_generation' }

export default async function () {
  setTimeout(() => {
    for (;;);
  }, 1)
  await new Promise(() => {})
}
