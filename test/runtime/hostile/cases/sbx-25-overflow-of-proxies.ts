// SBX-25 | threw or claims-invalid or completed or memory-exceeded | a chain of a hundred thousand Proxies
export const workflowSettings = { id: 'sbx-25-overflow-of-proxies', trigger: 'user:tokens_generation' }

export default async function () {
  let value = {}
  for (let index = 0; index < 100_000; index++) value = new Proxy(value, {})
  kinde.accessToken.setCustomClaim('deep', value)
  console.log(value, typeof value.name)
}
