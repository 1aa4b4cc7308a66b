// SBX-20 | threw or memory-exceeded | a string padded to 512 MB
export const workflowSettings = { id: 'sbx-20-pad-end', trigger: 'user:tokens_generation' }

export default async function () {
  return 'x'.padEnd(2 ** 29)
}
