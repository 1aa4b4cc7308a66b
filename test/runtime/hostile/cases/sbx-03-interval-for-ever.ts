// SBX-03 | wall-clock-exceeded | an interval that keeps a run alive
export const workflowSettings = { id: 'sbx-03-interval-for-ever', trigger: 'user:tokens_generation' }

export default async function () {
  await new Promise(() => setInterval(() => {}, 5))
}
