// SBX-29 | running-time-exceeded | toJSON that never comes back
export const workflowSettings = { id: 'sbx-29-to-json-that-loops', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('loop', {
    toJSON() {
      for (;;);
    },
  })
}
