// OWN-19 | wall-clock-exceeded or running-time-exceeded or never-settled | a thousand timers that set a thousand timers
export const workflowSettings = { id: 'own-19-timers-one-after-the-other', trigger: 'user:tokens_generation' }

export default async function () {
  const again = () => {
    try {
      for (;;) setTimeout(again, 0)
    } catch {
      return
    }
  }
  again()
  await new Promise(() => {})
}
