// SBX-64 | completed | addresses of the machine itself in every spelling
// claims: {"permissions":["read:reports"],"feature_flags":{},"codes":["egress_denied"]}
export const workflowSettings = { id: 'sbx-64-literal-addresses', trigger: 'user:tokens_generation' }

export default async function () {
  const port = kinde.env.get('FORBIDDEN_PORT').value
  const hosts = ['127.0.0.1', '127.1', '0', '0.0.0.0', '2130706433', '0x7f.1', '017700000001', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '１２７.0.0.1', '127.0.0.1.']
  const codes = new Set()
  for (const host of hosts) {
    const code = await kinde.fetch('http://' + host + ':' + port + '/').then(() => host, (error) => error.code)
    codes.add(code)
  }
  kinde.accessToken.setCustomClaim('codes', [...codes])
}
