// SBX-08 | running-time-exceeded or threw or memory-exceeded | a power of BigInts in a loop
// lost: 1
export const workflowSettings = { id: 'sbx-08-bigint-power', trigger: 'user:tokens_generation' }

export default async function () {
  let sum = 0n
  for (;;) sum += 12_345n ** 60_000n
}
