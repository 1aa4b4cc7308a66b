// OWN-15 | threw or crashed | a structured clone of an object that is nested a hundred thousand deep
export const workflowSettings = { id: 'own-15-deep-structured-clone', trigger: 'user:tokens_generation' }

export default async function () {
  let value = {}
  for (let level = 0; level < 100_000; level++) value = { value }
  structuredClone(value)
}
