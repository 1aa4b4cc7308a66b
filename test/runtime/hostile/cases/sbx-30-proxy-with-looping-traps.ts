// SBX-30 | running-time-exceeded | a Proxy as a claim whose ownKeys never comes back
export const workflowSettings = { id: 'sbx-30-proxy-with-looping-traps', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim(
    'proxy',
    new Proxy(
      {},
      {
        ownKeys() {
          for (;;);
        },
      },
    ),
  )
}
