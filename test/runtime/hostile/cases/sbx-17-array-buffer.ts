// SBX-17 | memory-exceeded or threw | an ArrayBuffer of a gigabyte
export const workflowSettings = { id: 'sbx-17-array-buffer', trigger: 'user:tokens_generation' }

export default async function () {
  return new ArrayBuffer(2 ** 30)
}
