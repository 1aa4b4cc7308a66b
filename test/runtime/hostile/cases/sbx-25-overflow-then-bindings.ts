// SBX-25 | completed or threw | every binding called at the very end of the stack
export const workflowSettings = { id: 'sbx-25-overflow-then-bindings', trigger: 'user:tokens_generation' }

export default async function () {
  const deep = (level) => {
    try {
      deep(level + 1)
    } catch {
      console.log('at the end')
      kinde.accessToken.setCustomClaim('level', { level })
      kinde.env.get('ALLOWED')
      new Intl.NumberFormat('de').format(level)
      setTimeout(() => {}, 1)
    }
  }
  for (let round = 0; round < 20; round++) deep(0)
}
