// SBX-06 | running-time-exceeded | a returned thenable whose then never comes back
export const workflowSettings = { id: 'sbx-06-thenable-that-loops', trigger: 'user:tokens_generation' }

export default function () {
  return {
    then() {
      while (true) {}
    },
  }
}
