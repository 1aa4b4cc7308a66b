// SBX-61 | completed or log-exceeded | a log line of ten megabytes
// rss: 64
export const workflowSettings = { id: 'sbx-61-huge-line', trigger: 'user:tokens_generation' }

export default async function () {
  console.log('x'.repeat(5_000_000), { text: 'y'.repeat(5_000_000) })
}
