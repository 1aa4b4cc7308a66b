// OWN-07 | running-time-exceeded | loops in promise executors, reactions and rejections that catch each other
export const workflowSettings = { id: 'own-07-promise-executor-that-loops', trigger: 'user:tokens_generation' }

export default function () {
  const loop = () => {
    for (;;);
  }
  return new Promise(loop).then(loop, loop).catch(loop).finally(loop)
}
