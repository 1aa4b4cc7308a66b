// SBX-22 | memory-exceeded or running-time-exceeded | regular expressions without an end
export const workflowSettings = { id: 'sbx-22-regexp-flood', trigger: 'user:tokens_generation' }

export default async function () {
  const kept = []
  for (let index = 0; ; index++) kept.push(new RegExp('(a{1,50}){1,50}' + index))
}
