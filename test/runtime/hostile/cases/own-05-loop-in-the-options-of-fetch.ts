// OWN-05 | running-time-exceeded | loops in the getters of what fetch is given
export const workflowSettings = { id: 'own-05-loop-in-the-options-of-fetch', trigger: 'user:tokens_generation' }

export default async function () {
  const loop = () => {
    for (;;);
  }
  await kinde.fetch(kinde.env.get('ALLOWED').value, Object.defineProperty({}, 'headers', { get: loop, enumerable: true }))
}
