// SBX-15 | memory-exceeded or running-time-exceeded | closures that hold each other
export const workflowSettings = { id: 'sbx-15-closure-growth', trigger: 'user:tokens_generation' }

export default async function () {
  let last = () => 0
  for (;;) {
    const before = last
    const load = new Array(1000).fill(before)
    last = () => load.length + before.length
  }
}
