// SBX-01 | running-time-exceeded | a loop that catches what would end it
export const workflowSettings = { id: 'sbx-01-endless-loop-that-catches', trigger: 'user:tokens_generation' }

function spin() {
  for (;;) {
    try {
      while (true) {}
    } catch {
      continue
    } finally {
      continue
    }
  }
}

export default async function () {
  spin()
}
