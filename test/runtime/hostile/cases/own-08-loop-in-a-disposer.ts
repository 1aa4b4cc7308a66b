// OWN-08 | running-time-exceeded | a loop while a resource is disposed of
export const workflowSettings = { id: 'own-08-loop-in-a-disposer', trigger: 'user:tokens_generation' }

export default async function () {
  using stack = new DisposableStack()
  stack.defer(() => {
    for (;;);
  })
}
