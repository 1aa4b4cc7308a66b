// SBX-64 | threw | an address of the machine itself, read without await
// error: /127\.0\.0\.1/
export const workflowSettings = { id: 'sbx-64-literal-addresses-read-early', trigger: 'user:tokens_generation' }

export default async function () {
  return kinde.fetch('http://127.0.0.1:' + kinde.env.get('FORBIDDEN_PORT').value).json
}
