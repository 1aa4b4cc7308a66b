// OWN-04 | running-time-exceeded | a loop in the tag of a template
export const workflowSettings = { id: 'own-04-loop-in-a-tagged-template', trigger: 'user:tokens_generation' }

export default async function () {
  const tag = () => {
    for (;;);
  }
  return tag`text`
}
