// SBX-45 | completed | setters on the indices of Array.prototype: plain claims are read without running them
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
