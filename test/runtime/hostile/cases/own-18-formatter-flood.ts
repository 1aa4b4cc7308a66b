// OWN-18 | running-time-exceeded or threw | formatters of the host without an end, no two of them alike
// rss: 64
export const workflowSettings = { id: 'own-18-formatter-flood', trigger: 'user:tokens_generation' }

export default async function () {
  for (let index = 0; ; index++) new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', hour: 'numeric', x: String(index) }).format(index)
}
