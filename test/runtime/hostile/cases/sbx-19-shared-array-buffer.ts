// SBX-19 | threw | memory that other threads share
// error: /^ReferenceError: SharedArrayBuffer is not defined$/
export const workflowSettings = { id: 'sbx-19-shared-array-buffer', trigger: 'user:tokens_generation' }

export default async function () {
  return new SharedArrayBuffer(8, { maxByteLength: 2 ** 20 })
}
