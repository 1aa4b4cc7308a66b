// SBX-69 | completed | header and method injection
// claims: {"permissions":["read:reports"],"feature_flags":{},"done":1}
export const workflowSettings = { id: 'sbx-69-headers', trigger: 'user:tokens_generation' }

export default async function () {
  const address = kinde.env.get('ALLOWED').value
  const attacks = [
    { headers: { 'x\r\nhost': 'evil' } },
    { headers: { x: 'a\r\nHost: evil\r\n\r\nGET / HTTP/1.1' } },
    { headers: { host: 'evil' } },
    { headers: { 'transfer-encoding': 'chunked' } },
    // Goes out with the length that the body has: a length that the workflow gives is left out.
    { headers: { 'content-length': '5' }, method: 'POST', body: 'too long' },
    { headers: { connection: 'upgrade', upgrade: 'websocket' } },
    { headers: { 'proxy-authorization': 'x' } },
    { headers: { 'metadata-flavor': 'Google' } },
    { method: 'GET / HTTP/1.1\r\nHost: evil\r\n\r\nPOST' },
    { method: 'CONNECT' },
    { method: 'TRACE' },
    { headers: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => ['x-' + index, 'y'])) },
    { headers: { x: 'y'.repeat(1_000_000) } },
  ]
  let done = 0
  for (const attack of attacks) await kinde.fetch(address, attack).then(() => done++, () => undefined)
  kinde.accessToken.setCustomClaim('done', done)
}
