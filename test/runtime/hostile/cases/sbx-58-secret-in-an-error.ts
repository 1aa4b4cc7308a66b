// SBX-58 | threw | a secret of the environment in an error
// environment: {"API_SECRET":"hunter2hunter2"}
// error: /^(?![\s\S]*hunter2hunter2)/
export const workflowSettings = { id: 'sbx-58-secret-in-an-error', trigger: 'user:tokens_generation' }

export default async function () {
  throw new Error('failed with ' + kinde.env.get('API_SECRET').value)
}
