// The same authorization request once more, from what the interaction keeps of it: where a step cannot go on, the person begins it anew
// and never has to go back to the application. It goes the way of a pushed request (RFC 9126), so that an application that demands
// those can begin anew as well, and nothing of the request is in an address.
import type { Interaction, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { UnsecuredJWT, type JWTPayload } from 'jose'
import { routes } from '../request/routes.ts'

const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:'
const secondsToFollow = 60

/** What may be left of a request that was pushed at first. */
const pushedItself: ReadonlySet<string> = new Set(['request', 'request_uri'])

export async function beginAnew(
  ctx: KoaContextWithOIDC,
  { params, deviceCode }: Interaction,
  provider: Provider,
  without: readonly string[] = [],
): Promise<void> {
  ctx.set('cache-control', 'no-store')
  ctx.status = 303
  // A device has its request; the user enters its code again.
  if (deviceCode !== undefined) return ctx.redirect(routes.code_verification)
  const clientId = String(params['client_id'])
  const query = new URLSearchParams({
    client_id: clientId,
    request_uri: await pushed(params, provider, without),
  })
  ctx.redirect(`${provider.pathFor('authorization')}?${query.toString()}`)
}

async function pushed(
  params: Interaction['params'],
  provider: Provider,
  without: readonly string[],
): Promise<string> {
  const given = Object.entries(params).filter(
    ([name, value]) =>
      value !== undefined && value !== null && !pushedItself.has(name) && !without.includes(name),
  )
  const request: JWTPayload = Object.fromEntries(given)
  const { claims } = request
  if (typeof claims === 'string') request['claims'] = JSON.parse(claims)
  const { dpop_jkt: dpopJkt } = request
  const pushedRequest = new provider.PushedAuthorizationRequest({
    request: new UnsecuredJWT(request)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime(`${String(secondsToFollow)}s`)
      .setIssuer(String(params['client_id']))
      .setAudience(provider.issuer)
      .encode(),
    ...(typeof dpopJkt === 'string' && { dpopJkt }),
  })
  return requestUriPrefix + (await pushedRequest.save(secondsToFollow))
}
