// SBX-20 | threw or memory-exceeded or running-time-exceeded | upper case in a locale of its own, of a large string
export const workflowSettings = { id: 'sbx-20-upper-case', trigger: 'user:tokens_generation' }

export default async function () {
  const text = 'i'.repeat(2 ** 23)
  for (;;) text.toLocaleUpperCase('tr').toLocaleUpperCase()
}
