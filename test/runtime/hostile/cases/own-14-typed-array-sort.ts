// OWN-14 | running-time-exceeded | sorting a typed array again and again, which asks for no interrupt
// lost: 1
export const workflowSettings = { id: 'own-14-typed-array-sort', trigger: 'user:tokens_generation' }

export default async function () {
  const bytes = new Float64Array(2e6).map((_, index) => (index * 7919) % 1e6)
  for (;;) bytes.sort().reverse()
}
