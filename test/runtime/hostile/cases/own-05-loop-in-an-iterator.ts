// OWN-05 | memory-exceeded or running-time-exceeded | an iterator without an end where a binding expects a list
export const workflowSettings = { id: 'own-05-loop-in-an-iterator', trigger: 'user:tokens_generation' }

export default async function () {
  const endless = { *[Symbol.iterator]() { for (;;) yield ['name', 'value'] } }
  return new URLSearchParams(endless)
}
