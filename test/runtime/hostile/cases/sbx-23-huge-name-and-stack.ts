// SBX-23 | threw | an error with a huge name, stack and cause
// error: /^y{100,130}…?: /
// rss: 48
export const workflowSettings = { id: 'sbx-23-huge-name-and-stack', trigger: 'user:tokens_generation' }

export default async function () {
  const error = new Error('x', { cause: 'z'.repeat(1_000_000) })
  error.name = 'y'.repeat(1_000_000)
  error.stack = 's'.repeat(1_000_000)
  throw error
}
