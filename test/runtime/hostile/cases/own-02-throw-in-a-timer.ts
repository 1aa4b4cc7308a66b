// OWN-02 | threw | an exception in the callback of a timer ends the run
// error: /^Error: from a timer$/
export const workflowSettings = { id: 'own-02-throw-in-a-timer', trigger: 'user:tokens_generation' }

export default async function () {
  setTimeout(() => {
    throw new Error('from a timer')
  }, 1)
  await new Promise(() => {})
}
