// Kinde's token check for APIs from the registry, unmodified, against tokens and keys of this issuer (C§10).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateToken } from '@kinde/jwt-validator'
import { directoryFixture } from '../harness/directory-fixture.ts'
import { startIssuer } from '../harness/issuer.ts'
import { signedInTokens } from '../harness/signed-in-tokens.ts'
import { userAgent } from '../harness/user-agent.ts'

test('both tokens of a sign-in are valid, and one with a changed byte is not', async (t) => {
  const issuer = await startIssuer(t, { directory: await directoryFixture() })
  const { accessToken, idToken } = await signedInTokens(issuer.url, userAgent(issuer.url))

  for (const token of [accessToken, idToken]) {
    const { valid, message } = await validateToken({ token, domain: issuer.url })
    assert.deepEqual({ valid, message }, { valid: true, message: 'Token is valid' })
    const [header = '', payload = '', signature = ''] = token.split('.')
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    const refused = await validateToken({ token: `${header}.${payload}.${changed}`, domain: issuer.url })
    assert.equal(refused.valid, false)
  }
})
