// SBX-67 | threw | a redirect from an allowed server to one that is out of bounds
export const workflowSettings = { id: 'sbx-67-redirect-inside', trigger: 'user:tokens_generation' }

export default async function () {
  await kinde.fetch(kinde.env.get('ALLOWED').value + '/redirect')
}
