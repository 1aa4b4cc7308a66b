// SBX-16 | memory-exceeded | a string that fits, split into letters that do not
export const workflowSettings = { id: 'sbx-16-large-string-split', trigger: 'user:tokens_generation' }

export default async function () {
  return 'ab'.repeat(2 ** 21).split('')
}
