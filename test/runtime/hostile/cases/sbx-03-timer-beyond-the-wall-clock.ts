// SBX-03 | wall-clock-exceeded | a timer that is due after the wall clock has run out
export const workflowSettings = { id: 'sbx-03-timer-beyond-the-wall-clock', trigger: 'user:tokens_generation' }

export default async function () {
  await new Promise((resolve) => setTimeout(resolve, 60_000))
}
