// OWN-07 | running-time-exceeded | generators whose finally loops and yields when they are closed
export const workflowSettings = { id: 'own-07-loop-in-finally-of-a-generator', trigger: 'user:tokens_generation' }

export default async function () {
  function* stubborn() {
    try {
      for (;;) yield 1
    } finally {
      for (;;) yield 2
    }
  }
  for (;;) {
    for (const value of stubborn()) if (value) break
    const generator = stubborn()
    generator.next()
    generator.return()
    for (;;) generator.next()
  }
}
