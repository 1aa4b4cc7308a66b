// SBX-24 | completed or threw or refused workflow_syntax or refused top_level_threw | data that is nested five thousand deep
export const workflowSettings = { id: 'sbx-24-deep-expression-in-a-template', trigger: 'user:tokens_generation' }

export default async function () {
  let text = '1'
  for (let level = 0; level < 5_000; level++) text = '[' + text + ']'
  return JSON.stringify(JSON.parse(text))
}
