// SBX-61 | log-exceeded | empty log lines in an endless loop
// rss: 48
export const workflowSettings = { id: 'sbx-61-empty-lines', trigger: 'user:tokens_generation' }

export default async function () {
  for (;;) console.log('')
}
