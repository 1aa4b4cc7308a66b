// SBX-03 | never-settled | a promise that nobody resolves
export const workflowSettings = { id: 'sbx-03-promise-nobody-resolves', trigger: 'user:tokens_generation' }

export default async function () {
  await new Promise(() => {})
}
