// SBX-09 | running-time-exceeded or memory-exceeded | own names of an object with 30 million properties
export const workflowSettings = { id: 'sbx-09-names-of-a-large-object', trigger: 'user:tokens_generation' }

export default async function () {
  const target = {}
  for (let index = 0; index < 3e7; index++) target['k' + index] = index
  return Object.getOwnPropertyNames(target).length
}
