// SBX-25 | threw or claims-invalid | endless recursion in the getter of a claim
export const workflowSettings = { id: 'sbx-25-overflow-in-a-getter', trigger: 'user:tokens_generation' }

export default async function () {
  Object.defineProperty(kinde.accessToken.getCustomClaims(), 'deep', {
    enumerable: true,
    get() {
      return this.deep
    },
  })
}
