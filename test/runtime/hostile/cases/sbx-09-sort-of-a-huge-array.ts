// SBX-09 | running-time-exceeded or memory-exceeded | a native sort of 2^32 elements that are not there
// lost: 1
export const workflowSettings = { id: 'sbx-09-sort-of-a-huge-array', trigger: 'user:tokens_generation' }

export default async function () {
  const list = []
  list.length = 2 ** 32 - 1
  list.sort()
}
