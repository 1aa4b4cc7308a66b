// SBX-20 | threw or memory-exceeded or running-time-exceeded | normalization that makes a string 18 times longer
// lost: 1
export const workflowSettings = { id: 'sbx-20-normalize', trigger: 'user:tokens_generation' }

export default async function () {
  let text = '\uFDFA'.repeat(2 ** 20)
  for (;;) text = text.normalize('NFKD')
}
