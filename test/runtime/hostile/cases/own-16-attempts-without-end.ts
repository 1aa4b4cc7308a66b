// OWN-16 | running-time-exceeded | attempts on a reserved claim in an endless loop
export const workflowSettings = { id: 'own-16-attempts-without-end', trigger: 'user:tokens_generation' }

export default async function () {
  for (;;) kinde.accessToken.setCustomClaim('sub', 'somebody else')
}
