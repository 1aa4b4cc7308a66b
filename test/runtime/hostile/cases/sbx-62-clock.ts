// SBX-62 | completed | the clock stands still while code runs, in UTC, without a fraction
// claims: {"permissions":["read:reports"],"feature_flags":{},"moved":0,"fraction":0,"zone":["UTC",0]}
export const workflowSettings = { id: 'sbx-62-clock', trigger: 'user:tokens_generation' }

export default async function () {
  const before = Date.now()
  const precise = performance.now()
  for (let index = 0; index < 1_000_000; index++);
  kinde.accessToken.setCustomClaim('moved', Date.now() - before + performance.now() - precise)
  kinde.accessToken.setCustomClaim('fraction', (Date.now() % 1) + (performance.now() % 1))
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  kinde.accessToken.setCustomClaim('zone', [timeZone, new Date().getTimezoneOffset()])
}
