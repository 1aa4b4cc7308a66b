// SBX-46 | running-time-exceeded | a thrown Proxy whose every trap loops
export const workflowSettings = { id: 'sbx-46-thrown-proxy', trigger: 'user:tokens_generation' }

export default async function () {
  const trap = () => {
    for (;;);
  }
  throw new Proxy(new Error('x'), { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap })
}
