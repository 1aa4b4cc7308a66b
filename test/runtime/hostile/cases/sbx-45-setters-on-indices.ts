// SBX-45 | threw | setters on the indices of Array.prototype, which the engine's own JSON.stringify runs: only the run itself fails
export const workflowSettings = { id: 'sbx-45-setters-on-indices', trigger: 'user:tokens_generation' }

export default async function () {
  for (const index of ['0', '1']) {
    Object.defineProperty(Array.prototype, index, {
      configurable: true,
      set() {
        throw new Error('replaced')
      },
    })
  }
}
