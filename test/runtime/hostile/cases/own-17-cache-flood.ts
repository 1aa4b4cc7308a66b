// OWN-17 | calls-exceeded | look-ups in the token cache without an end
export const workflowSettings = { id: 'own-17-cache-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; ; index++) await kinde.cache.jwtToken('name' + index, {})
}
