// SBX-44 | threw or running-time-exceeded | timers that are set and cleared without an end
export const workflowSettings = { id: 'sbx-44-timers-set-and-cleared', trigger: 'user:tokens_generation' }

export default async function () {
  for (;;) clearTimeout(setTimeout(() => {}, 1000))
}
