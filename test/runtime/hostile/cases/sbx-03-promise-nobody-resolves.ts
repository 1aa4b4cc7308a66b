// SBX-03 | never-settled | a promise that nobody resolves
// within: 300
export const workflowSettings = { id: 'sbx-03-promise-nobody-resolves', trigger: 'user:tokens_generation' }

export default async function () {
  await new Promise(() => {})
}
