// SBX-09 | running-time-exceeded or memory-exceeded | an array of the greatest length, filled
export const workflowSettings = { id: 'sbx-09-fill-of-a-huge-array', trigger: 'user:tokens_generation' }

export default async function () {
  const list = []
  list.length = 2 ** 32 - 1
  list.fill(0)
}
