// SBX-01 | running-time-exceeded | a loop without an end
// within: 700
export const workflowSettings = { id: 'sbx-01-endless-loop', trigger: 'user:tokens_generation' }

export default async function () {
  while (true) {}
}
