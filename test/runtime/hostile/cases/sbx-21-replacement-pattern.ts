// SBX-21 | threw or memory-exceeded or running-time-exceeded | a replacement that repeats the whole string for each letter
// lost: 1
export const workflowSettings = { id: 'sbx-21-replacement-pattern', trigger: 'user:tokens_generation' }

export default async function () {
  return 'x'.repeat(2 ** 14).replaceAll('x', '$`$\'$&'.repeat(64))
}
