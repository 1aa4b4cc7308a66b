// SBX-46 | running-time-exceeded | a thrown error whose message never comes back
export const workflowSettings = { id: 'sbx-46-error-with-looping-message', trigger: 'user:tokens_generation' }

export default async function () {
  const error = new Error('x')
  Object.defineProperty(error, 'message', {
    get() {
      for (;;);
    },
  })
  throw error
}
