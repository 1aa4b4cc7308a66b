// A push that the repository's server tells of. Only who knows the secret is believed, and all that it starts is a look at the branch.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** GitHub's `X-Hub-Signature-256` (HMAC-SHA256 of the body), or GitLab's `X-Gitlab-Token` (the secret itself). */
export function isSignedPush(headers: Headers, body: Uint8Array, secret: string): boolean {
  const signature = headers.get('x-hub-signature-256')
  if (signature !== null)
    return isSame(signature, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const token = headers.get('x-gitlab-token')
  return token !== null && isSame(token, secret)
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'mintage').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
