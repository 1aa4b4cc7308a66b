// SBX-09 | threw or memory-exceeded | the keys of a string of 256 MB
export const workflowSettings = { id: 'sbx-09-keys-of-a-huge-string', trigger: 'user:tokens_generation' }

export default async function () {
  return Object.keys('x'.repeat(2 ** 28))
}
