// SBX-08 | running-time-exceeded or threw or memory-exceeded | the decimal digits of a very large BigInt
// lost: 1
export const workflowSettings = { id: 'sbx-08-bigint-to-decimal', trigger: 'user:tokens_generation' }

export default async function () {
  return String((1n << 1_000_000n) ** 1n).length + String(7n ** 300_000n).length
}
