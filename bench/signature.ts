// The yardstick: one RS256 signature with a key of 2048 bits over a token of about 600 bytes, as the product makes it
// (jose, WebCrypto, asynchronous). A token endpoint makes at least one for each token, so a run that costs a part of it
// does not show.
import { createPrivateKey, sign } from 'node:crypto'
import { exportPKCS8, generateKeyPair, SignJWT } from 'jose'
import type { Action } from './measure.ts'

/** Makes the whole token about 600 bytes long. */
const claims = {
  email: 'ada@example.com',
  permissions: ['read:reports'],
  scope: 'openid profile email offline',
}

export async function joseSignature(): Promise<Action> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 })
  return async () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
      .setIssuer('https://example.kinde.com')
      .setSubject('kp_1234567890')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
}

/** For information: the same signature without a thread in between, on the caller's own. */
export async function synchronousSignature(): Promise<Action> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const key = createPrivateKey(await exportPKCS8(privateKey))
  const input = Buffer.alloc(256, 'x')
  return async () => sign('RSA-SHA256', input, key)
}
