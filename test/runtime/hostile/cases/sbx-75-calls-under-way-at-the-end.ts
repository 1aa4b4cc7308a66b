// SBX-75 | completed | twenty calls that are under way when the run ends
export const workflowSettings = { id: 'sbx-75-calls-under-way-at-the-end', trigger: 'user:tokens_generation' }

export default async function () {
  for (let call = 0; call < 20; call++) kinde.fetch(kinde.env.get('ALLOWED').value + '/never')
}
