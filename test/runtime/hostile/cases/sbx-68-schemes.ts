// SBX-68 | completed | schemes that are not http, user information and refused ports
// claims: {"permissions":["read:reports"],"feature_flags":{},"done":0}
export const workflowSettings = { id: 'sbx-68-schemes', trigger: 'user:tokens_generation' }

export default async function () {
  const port = kinde.env.get('FORBIDDEN_PORT').value
  const addresses = ['file:///etc/passwd', 'data:text/plain,x', 'blob:x', 'ftp://example.com/', 'http+unix://%2Ftmp%2Fx/', 'gopher://example.com/', 'javascript:1', 'http://user:password@example.com/', 'http://example.com:22/', 'http://example.com:6379/', '//127.0.0.1:' + port, 'http:127.0.0.1:' + port]
  let done = 0
  for (const address of addresses) await kinde.fetch(address).then(() => done++, () => undefined)
  kinde.accessToken.setCustomClaim('done', done)
}
