// SBX-21 | threw or memory-exceeded or running-time-exceeded | a replacement that doubles a large string
export const workflowSettings = { id: 'sbx-21-replace-that-doubles', trigger: 'user:tokens_generation' }

export default async function () {
  let text = 'x'.repeat(2 ** 20)
  for (;;) text = text.replace(/x/g, 'xx')
}
