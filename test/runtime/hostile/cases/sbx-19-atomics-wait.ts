// SBX-19 | threw | a thread that is put to sleep
// error: /^ReferenceError: Atomics is not defined$/
export const workflowSettings = { id: 'sbx-19-atomics-wait', trigger: 'user:tokens_generation' }

export default async function () {
  return Atomics.wait(new Int32Array(1), 0, 0, 10_000)
}
