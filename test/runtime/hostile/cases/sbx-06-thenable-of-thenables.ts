// SBX-06 | running-time-exceeded | a thenable that resolves to the next thenable, for ever
export const workflowSettings = { id: 'sbx-06-thenable-of-thenables', trigger: 'user:tokens_generation' }

export default function () {
  const next = () => ({ then: (resolve) => resolve(next()) })
  return next()
}
