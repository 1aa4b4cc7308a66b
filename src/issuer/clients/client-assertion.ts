// What an assertion of a client has to say beyond what the engine asks (RFC 7523 §3, FAPI 2 §5.3.2.1): its audience is this issuer only, and
// it lives for a while, not for years.
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { routes } from '../request/routes.ts'

/** Of every JWT of a client, its DPoP proofs included: clocks are never quite the same. */
export const clockToleranceSeconds = 10

/** The longest that a library makes one valid for (authlib). */
const longestLifeSeconds = 3_600

export async function assertClientAssertion(
  _: KoaContextWithOIDC,
  { aud, iat, exp }: Readonly<Record<string, unknown>>,
  { issuer, nowMs }: { readonly issuer: string; readonly nowMs: () => number },
): Promise<void> {
  const ours: readonly unknown[] = [issuer, issuer + routes.token]
  // One that another server accepts, too, could be presented by that server (RFC 7523bis §7).
  if (![aud].flat().every((audience) => ours.includes(audience)))
    throw new errors.InvalidClientAuth(
      'the assertion has an audience besides the issuer and the token endpoint',
    )
  const now = nowMs() / 1_000
  if (typeof iat === 'number' && iat > now + clockToleranceSeconds)
    throw new errors.InvalidClientAuth('the assertion is issued in the future')
  if (typeof exp === 'number' && exp > now + longestLifeSeconds + clockToleranceSeconds)
    throw new errors.InvalidClientAuth('the assertion expires more than an hour from now')
}
