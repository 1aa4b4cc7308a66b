// OWN-09 | running-time-exceeded or memory-exceeded | symbols of a regular expression that loop when a string is replaced
export const workflowSettings = { id: 'own-09-loop-in-a-regexp-subclass', trigger: 'user:tokens_generation' }

export default async function () {
  const pattern = /x/
  pattern.exec = () => ({ index: 0, length: 1, 0: '' })
  Object.defineProperty(pattern, 'flags', { value: 'g' })
  return 'xxx'.replace(pattern, () => '')
}
