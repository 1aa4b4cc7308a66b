// SBX-13 | wall-clock-exceeded | one call after the other to a server that does not answer
export const workflowSettings = { id: 'sbx-13-many-slow-calls', trigger: 'user:tokens_generation' }

export default async function () {
  for (let call = 0; call < 50; call++) {
    await kinde.fetch(kinde.env.get('ALLOWED').value + '/never').catch(() => undefined)
  }
}
