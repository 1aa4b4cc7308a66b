// OWN-11 | memory-exceeded or claims-too-large | a giant string out of toJSON
export const workflowSettings = { id: 'own-11-memory-in-to-json', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('bomb', { toJSON: () => 'x'.repeat(2 ** 24) + 'é' })
}
