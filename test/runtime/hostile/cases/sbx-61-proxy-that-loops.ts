// SBX-61 | running-time-exceeded | a logged Proxy whose traps never come back
export const workflowSettings = { id: 'sbx-61-proxy-that-loops', trigger: 'user:tokens_generation' }

export default async function () {
  const trap = () => {
    for (;;);
  }
  console.log(new Proxy({}, { getPrototypeOf: trap, ownKeys: trap, get: trap }))
}
