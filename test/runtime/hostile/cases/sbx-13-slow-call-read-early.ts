// SBX-13 | wall-clock-exceeded | a call that blocks and is never answered
export const workflowSettings = { id: 'sbx-13-slow-call-read-early', trigger: 'user:tokens_generation' }

export default async function () {
  return kinde.fetch(kinde.env.get('ALLOWED').value + '/never').json
}
