// SBX-63 | completed | a clock made of timers measures nothing finer than a millisecond
// claims: {"permissions":["read:reports"],"feature_flags":{},"whole":true}
export const workflowSettings = { id: 'sbx-63-counters', trigger: 'user:tokens_generation' }

export default async function () {
  const marks = []
  for (let index = 0; index < 20; index++) {
    await new Promise((resolve) => setTimeout(resolve, 0))
    marks.push(performance.now())
  }
  kinde.accessToken.setCustomClaim('whole', marks.every((mark) => Number.isInteger(mark)))
}
