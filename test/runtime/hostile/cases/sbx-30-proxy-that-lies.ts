// SBX-30 | completed or threw or claims-invalid | a Proxy that shows other values each time and an endless list of keys
export const workflowSettings = { id: 'sbx-30-proxy-that-lies', trigger: 'user:tokens_generation' }

export default async function () {
  let asked = 0
  const keys = Array.from({ length: 50 }, (_, index) => 'k' + index)
  kinde.accessToken.setCustomClaim(
    'proxy',
    new Proxy({}, {
      get: () => ++asked,
      has: () => true,
      ownKeys: () => keys,
      getOwnPropertyDescriptor: () => ({ value: 'other', enumerable: true, configurable: true }),
    }),
  )
}
