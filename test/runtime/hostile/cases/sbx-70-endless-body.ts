// SBX-70 | threw | an answer whose body does not end
// error: /^FetchError: /
// rss: 96
export const workflowSettings = { id: 'sbx-70-endless-body', trigger: 'user:tokens_generation' }

export default async function () {
  await kinde.fetch(kinde.env.get('ALLOWED').value + '/endless')
}
