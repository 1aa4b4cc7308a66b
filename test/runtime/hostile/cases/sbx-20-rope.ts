// SBX-20 | threw or memory-exceeded or running-time-exceeded | a deep rope of strings, flattened
export const workflowSettings = { id: 'sbx-20-rope', trigger: 'user:tokens_generation' }

export default async function () {
  let rope = 'start'
  for (let index = 0; index < 300_000; index++) rope = 'a' + rope + 'b'
  let other = ''
  for (;;) other = rope + other + rope.charAt(rope.length >> 1)
}
