// SBX-23 | threw or memory-exceeded | an error with a message of several megabytes
// error: /^Error: x{1000,1030}…?$/
// rss: 48
export const workflowSettings = { id: 'sbx-23-huge-message', trigger: 'user:tokens_generation' }

export default async function () {
  throw new Error('x'.repeat(4_000_000))
}
