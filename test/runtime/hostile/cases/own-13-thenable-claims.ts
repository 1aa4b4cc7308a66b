// OWN-13 | completed or claims-invalid | claims that have a then are not asked
export const workflowSettings = { id: 'own-13-thenable-claims', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('then', 'text')
  kinde.accessToken.setCustomClaim('later', { then: 'text', catch: 1 })
}
