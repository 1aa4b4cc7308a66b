// SBX-15 | memory-exceeded or running-time-exceeded | a Map and a Set that grow
export const workflowSettings = { id: 'sbx-15-map-growth', trigger: 'user:tokens_generation' }

export default async function () {
  const map = new Map()
  const set = new Set()
  for (let index = 0; ; index++) {
    map.set({}, new Array(100))
    set.add(Symbol(String(index)))
  }
}
