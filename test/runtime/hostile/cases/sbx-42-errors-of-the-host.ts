// SBX-42 | completed | the texts and stacks of errors that come from the host name no file of it
// claims: {"permissions":["read:reports"],"feature_flags":{},"leaks":[]}
export const workflowSettings = { id: 'sbx-42-errors-of-the-host', trigger: 'user:tokens_generation' }

export default async function () {
  const texts = []
  const failures = [
    () => kinde.fetch('http://127.0.0.1:1/'),
    () => kinde.fetch('http://no-such-host.example/'),
    () => kinde.fetch(kinde.env.get('ALLOWED').value + '/redirect'),
    () => kinde.fetch('x:y'),
    () => kinde.secureFetch(kinde.env.get('ALLOWED').value, { method: 'POST', body: {} }),
    () => kinde.cache.jwtToken('x', { validation: { key: 1 }, onMissingOrExpired: () => 'not a token' }),
    () => new Intl.NumberFormat('en', { style: 'currency', currency: '!' }).format(1),
    () => new Intl.DateTimeFormat('xx-invalid-locale-name-that-is-too-long').format(1),
    () => kinde.env.get('x'.repeat(5_000_000)),
    () => console.log.call(undefined, 'x'),
    () => setTimeout(null),
  ]
  for (const fail of failures) {
    try {
      await fail()
    } catch (error) {
      const names = Reflect.ownKeys(error).map(String)
      texts.push(error.name, error.message, error.stack, names.join(), String(error.cause), error.constructor.name)
    }
  }
  const leaks = texts.filter((text) => /file:|node:|node_modules|\.ts\b|\/src\/|\/home\/|\/root\/|HostRefusal|undici|Zod|quickjs/.test(text))
  kinde.accessToken.setCustomClaim('leaks', leaks)
}
