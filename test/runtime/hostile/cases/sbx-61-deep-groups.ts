// SBX-61 | log-exceeded or running-time-exceeded or completed | groups without an end and texts of many lines
// rss: 64
export const workflowSettings = { id: 'sbx-61-deep-groups', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; index < 10_000; index++) console.group()
  console.log('\n'.repeat(100_000))
  for (;;) console.log('\n'.repeat(1_000))
}
