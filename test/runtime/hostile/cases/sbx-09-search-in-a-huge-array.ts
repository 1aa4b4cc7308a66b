// SBX-09 | running-time-exceeded | a native search through 2^53 elements that are not there
export const workflowSettings = { id: 'sbx-09-search-in-a-huge-array', trigger: 'user:tokens_generation' }

export default async function () {
  return [].indexOf.call({ length: 2 ** 53 - 1 }, 1)
}
