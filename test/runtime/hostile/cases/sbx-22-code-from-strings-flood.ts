// SBX-22 | threw | functions made of strings without an end
// error: /^TypeError: Code generation from strings/
export const workflowSettings = { id: 'sbx-22-code-from-strings-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; ; index++) new Function('return ' + index)
}
