// OWN-15 | threw or memory-exceeded | a regular expression that is nested a hundred thousand deep
export const workflowSettings = { id: 'own-15-deep-regexp', trigger: 'user:tokens_generation' }

export default async function () {
  return new RegExp('(?:'.repeat(100_000) + 'a' + ')*'.repeat(100_000))
}
