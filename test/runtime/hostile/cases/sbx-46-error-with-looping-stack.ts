// SBX-46 | running-time-exceeded | a thrown error whose stack and cause never come back
export const workflowSettings = { id: 'sbx-46-error-with-looping-stack', trigger: 'user:tokens_generation' }

export default async function () {
  const loop = () => {
    for (;;);
  }
  throw Object.defineProperties(new Error('x'), { stack: { get: loop }, cause: { get: loop }, name: { get: loop } })
}
