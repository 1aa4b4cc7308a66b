// SBX-05 | running-time-exceeded | for await over a generator that never ends
export const workflowSettings = { id: 'sbx-05-endless-async-generator', trigger: 'user:tokens_generation' }

export default async function () {
  async function* numbers() {
    for (let next = 0; ; next++) yield next
  }
  for await (const number of numbers()) if (number < 0) return
}
