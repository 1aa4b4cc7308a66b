// SBX-08 | threw or running-time-exceeded or memory-exceeded | a BigInt that is squared again and again
export const workflowSettings = { id: 'sbx-08-bigint-squaring', trigger: 'user:tokens_generation' }

export default async function () {
  for (let value = 3n; ; ) value *= value
}
