// SBX-16 | memory-exceeded or threw | a giant string, split into letters
export const workflowSettings = { id: 'sbx-16-giant-string-split', trigger: 'user:tokens_generation' }

export default async function () {
  return 'ab'.repeat(2 ** 27).split('')
}
