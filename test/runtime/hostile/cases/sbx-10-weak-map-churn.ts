// SBX-10 | running-time-exceeded or memory-exceeded | garbage with cycles through weak maps, without an end
export const workflowSettings = { id: 'sbx-10-weak-map-churn', trigger: 'user:tokens_generation' }

export default async function () {
  const map = new WeakMap()
  for (;;) {
    const key = {}
    key.self = key
    map.set(key, { key, list: new Array(10).fill(key) })
  }
}
