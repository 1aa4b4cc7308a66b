// OWN-03 | running-time-exceeded | a loop in the comparator of a sort
export const workflowSettings = { id: 'own-03-loop-in-a-comparator', trigger: 'user:tokens_generation' }

export default async function () {
  return [3, 2, 1].sort(() => {
    for (;;);
  })
}
