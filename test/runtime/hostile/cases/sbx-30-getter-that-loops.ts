// SBX-30 | running-time-exceeded | the getter of a claim never comes back
export const workflowSettings = { id: 'sbx-30-getter-that-loops', trigger: 'user:tokens_generation' }

export default async function () {
  Object.defineProperty(kinde.accessToken.getCustomClaims(), 'loop', {
    enumerable: true,
    get() {
      for (;;);
    },
  })
}
