// SBX-52 | completed | numbers of calls and timers that the run never had
// claims: {"permissions":["read:reports"],"feature_flags":{},"fired":0}
export const workflowSettings = { id: 'sbx-52-handles-of-another-run', trigger: 'user:tokens_generation' }

export default async function () {
  let fired = 0
  for (let id = -5; id < 2_000; id++) clearTimeout(id)
  for (const id of [2 ** 31, 2 ** 53, NaN, -0, '1', {}, null]) clearInterval(id)
  const id = setTimeout(() => fired++, 1)
  clearTimeout(id)
  clearTimeout(id)
  await new Promise((resolve) => setTimeout(resolve, 10))
  kinde.accessToken.setCustomClaim('fired', fired)
}
