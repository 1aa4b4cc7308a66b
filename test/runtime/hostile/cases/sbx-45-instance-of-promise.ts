// SBX-45 | completed or threw | Promise says that everything is an instance of it
export const workflowSettings = { id: 'sbx-45-instance-of-promise', trigger: 'user:tokens_generation' }

export default function () {
  Object.defineProperty(Promise, Symbol.hasInstance, { value: () => true })
}
