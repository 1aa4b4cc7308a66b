// SBX-25 | threw or claims-invalid | endless recursion in a Proxy trap
export const workflowSettings = { id: 'sbx-25-overflow-in-a-trap', trigger: 'user:tokens_generation' }

export default async function () {
  const value = new Proxy({}, { ownKeys: () => Reflect.ownKeys(value) })
  kinde.accessToken.setCustomClaim('deep', value)
}
