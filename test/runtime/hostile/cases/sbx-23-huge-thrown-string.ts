// SBX-23 | threw | a thrown string of several megabytes
// rss: 48
export const workflowSettings = { id: 'sbx-23-huge-thrown-string', trigger: 'user:tokens_generation' }

export default async function () {
  throw 'x'.repeat(4_000_000)
}
