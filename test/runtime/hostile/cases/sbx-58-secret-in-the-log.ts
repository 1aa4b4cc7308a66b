// SBX-58 | completed | a secret of the environment, logged whole, in an object and as base64
// environment: {"API_SECRET":"hunter2hunter2"}
// log: /^(?![\s\S]*hunter2hunter2)/
export const workflowSettings = { id: 'sbx-58-secret-in-the-log', trigger: 'user:tokens_generation' }

export default async function () {
  const { value } = kinde.env.get('API_SECRET')
  console.log(value, { value }, [value], encodeURIComponent(value))
  console.error(new Error('failed with ' + value))
}
