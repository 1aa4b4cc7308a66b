// SBX-47 | threw | require of modules whose names are made at run time
// error: /No such built-in module|not permitted/
export const workflowSettings = { id: 'sbx-47-require-at-run-time', trigger: 'user:tokens_generation' }

export default async function () {
  const name = ['node', 'fs'].join(':')
  return globalThis.require ? globalThis.require(name) : module.require ? module.require(name) : require(name)
}
