// SBX-43 | completed or threw | promises of the workflow's own that are rejected and left alone
export const workflowSettings = { id: 'sbx-43-rejection-that-nobody-handles', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; index < 1000; index++) Promise.reject(new Error('left alone'))
}
