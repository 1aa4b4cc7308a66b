// SBX-25 | running-time-exceeded or threw or completed | recursion that goes on from its own overflow
export const workflowSettings = { id: 'sbx-25-overflow-while-catching', trigger: 'user:tokens_generation' }

export default async function () {
  const again = () => {
    try {
      again()
    } catch {
      again()
    } finally {
      again()
    }
  }
  again()
}
