// SBX-45 | threw | setters on the indices of Array.prototype, and a Date that only the engine's own JSON.stringify writes: only the run itself fails
export const workflowSettings = { id: 'sbx-45-setters-on-indices-in-the-walk', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.accessToken.setCustomClaim('at', new Date(0))
  for (const index of ['0', '1']) {
    Object.defineProperty(Array.prototype, index, {
      configurable: true,
      set() {
        throw new Error('replaced')
      },
    })
  }
}
