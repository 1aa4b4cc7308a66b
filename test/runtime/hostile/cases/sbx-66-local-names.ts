// SBX-66 | completed | names of the machine itself and of its network
// claims: {"permissions":["read:reports"],"feature_flags":{},"codes":["egress_denied"]}
export const workflowSettings = { id: 'sbx-66-local-names', trigger: 'user:tokens_generation' }

export default async function () {
  const port = kinde.env.get('FORBIDDEN_PORT').value
  const names = ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'metadata.google.internal', 'printer.local', 'database']
  const codes = new Set()
  for (const name of names) {
    codes.add(await fetch('http://' + name + ':' + port + '/').then(() => name, (error) => error.code))
  }
  kinde.accessToken.setCustomClaim('codes', [...codes])
}
