// OWN-18 | running-time-exceeded or threw | large texts and numbers for the host's Intl, again and again
export const workflowSettings = { id: 'own-18-large-questions-to-intl', trigger: 'user:tokens_generation' }

export default async function () {
  const text = 'äöü'.repeat(20_000)
  const collator = new Intl.Collator('de', { numeric: true, sensitivity: 'base' })
  for (let index = 0; ; index++) {
    collator.compare(text + index, text + (index + 1))
    text.toLocaleUpperCase('lt')
    new Intl.NumberFormat('en', { minimumFractionDigits: 100, maximumFractionDigits: 100 }).format(10n ** 300n)
  }
}
