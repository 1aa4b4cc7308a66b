// SBX-30 | claims-too-large or running-time-exceeded or claims-invalid or threw | a Proxy of an array that says it has 2^53 items
export const workflowSettings = { id: 'sbx-30-array-proxy-without-end', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim(
    'proxy',
    new Proxy([], { get: (target, key) => (key === 'length' ? 2 ** 53 - 1 : key === 'toJSON' ? undefined : 1) }),
  )
}
