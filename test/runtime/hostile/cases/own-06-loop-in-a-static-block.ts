// OWN-06 | running-time-exceeded | a loop in the static block of a class that is made in the run
export const workflowSettings = { id: 'own-06-loop-in-a-static-block', trigger: 'user:tokens_generation' }

export default async function () {
  return class {
    static {
      for (;;);
    }
  }
}
