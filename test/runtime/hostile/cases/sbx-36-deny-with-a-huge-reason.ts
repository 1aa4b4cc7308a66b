// SBX-36 | denied | a reason of several megabytes
// error: /^x{1000,1024}$/
// rss: 48
export const workflowSettings = { id: 'sbx-36-deny-with-a-huge-reason', trigger: 'user:tokens_generation' }

export default async function () {
  kinde.auth.denyAccess('x'.repeat(5_000_000))
}
