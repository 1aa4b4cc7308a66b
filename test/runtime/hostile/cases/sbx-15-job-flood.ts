// SBX-15 | memory-exceeded or running-time-exceeded | a million queued jobs
export const workflowSettings = { id: 'sbx-15-job-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (;;) Promise.resolve().then(() => {})
}
