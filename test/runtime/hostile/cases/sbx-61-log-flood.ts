// SBX-61 | log-exceeded | a log line in an endless loop
// log: /^line 0\n/
// rss: 48
export const workflowSettings = { id: 'sbx-61-log-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; ; index++) console.log('line ' + index)
}
