// SBX-44 | completed | timers with delays that are no time
export const workflowSettings = { id: 'sbx-44-fractional-and-huge-delays', trigger: 'user:tokens_generation' }

export default async function () {
  const wait = (delay) => new Promise((resolve) => setTimeout(resolve, delay))
  await Promise.all([-1, NaN, Infinity, 2 ** 40, 'x', null, {}, 0.5, -0].map(wait))
}
