// OWN-11 | completed or memory-exceeded | all memory in the traps of a Proxy that is logged
export const workflowSettings = { id: 'own-11-memory-in-a-proxy-trap', trigger: 'user:tokens_generation' }

export default async function () {
  const kept = []
  const trap = () => {
    for (;;) kept.push(new Array(10_000).fill(0))
  }
  console.log(new Proxy({}, { ownKeys: trap, getPrototypeOf: trap }))
}
