// OWN-20 | threw | a rejection, a timer that throws and a claim that is bad: the first end counts
// error: /^Error: first$/
export const workflowSettings = { id: 'own-20-race-of-results', trigger: 'user:tokens_generation' }

export default function () {
  queueMicrotask(() => {
    throw new Error('second')
  })
  setTimeout(() => {
    throw new Error('third')
  }, 0)
  kinde.accessToken.setCustomClaim('bad', 1n)
  throw new Error('first')
}
