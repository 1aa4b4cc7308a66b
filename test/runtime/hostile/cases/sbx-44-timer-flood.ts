// SBX-44 | threw | a hundred thousand timers
// error: /^RangeError: setTimeout: more than 1000 timers at once$/
export const workflowSettings = { id: 'sbx-44-timer-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; index < 100_000; index++) setTimeout(() => {}, index)
}
