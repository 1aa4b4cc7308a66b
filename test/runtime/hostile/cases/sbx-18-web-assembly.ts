// SBX-18 | threw | WebAssembly inside WebAssembly
// error: /^ReferenceError: WebAssembly is not defined$/
export const workflowSettings = { id: 'sbx-18-web-assembly', trigger: 'user:tokens_generation' }

export default async function () {
  return new WebAssembly.Memory({ initial: 65_536 })
}
