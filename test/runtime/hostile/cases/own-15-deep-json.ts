// OWN-15 | threw | JSON that is nested a million deep
export const workflowSettings = { id: 'own-15-deep-json', trigger: 'user:tokens_generation' }

export default async function () {
  return JSON.parse('['.repeat(1_000_000))
}
