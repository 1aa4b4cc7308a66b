// What handlers see of where a request comes from and goes to. The issuer's address comes from settings and the client's from
// whom we trust, so both are written over what the request says: a handler, or a library under it, that reads Host or
// X-Forwarded-* reads our word (BR-10, AS-19).
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { servedOrigin, type ServedOrigins } from './served-origin.ts'
import { clientAddress } from './trusted-proxies.ts'

/** Set where a request came from this process (in-process.ts), such as from a workflow. */
const inProcessHeader = 'mintage-in-process'

/** Headers of proxies; handlers do not get them from any sender. */
const spokenByProxies: ReadonlySet<string> = new Set([
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-ssl-cert',
  'x-client-cert',
  'client-cert',
  inProcessHeader,
])

/** Rewrites the headers of the request; answers the client's address, which is then the only one in X-Forwarded-For. */
export function settleHeaders(request: IncomingMessage, served: ServedOrigins): string {
  const { protocol, host } = servedOrigin(request, served)
  const client = clientAddress(request.socket.remoteAddress, forwardedFor(request), served.proxies)
  const settled = {
    host,
    'x-forwarded-for': client,
    'x-forwarded-proto': protocol.slice(0, -1),
    ...(!(request.socket instanceof Socket) && { [inProcessHeader]: 'true' }),
  }
  // Node writes names in lower case. It makes headersDistinct when it is first read, which the check of the host may have done by now.
  for (const headers of [request.headers, request.headersDistinct])
    for (const name of Object.keys(headers)) if (isSpokenByProxies(name)) delete headers[name]
  Object.assign(request.headers, settled)
  Object.assign(
    request.headersDistinct,
    Object.fromEntries(Object.entries(settled).map(([name, value]) => [name, [value]])),
  )
  // Libraries read either form.
  request.rawHeaders = [...otherRawHeaders(request.rawHeaders), ...Object.entries(settled).flat()]
  return client
}

function forwardedFor({ headers }: IncomingMessage): string | undefined {
  return [headers['x-forwarded-for'] ?? []].flat().join(',')
}

function isSpokenByProxies(lowerCaseName: string): boolean {
  return lowerCaseName.startsWith('x-forwarded') || spokenByProxies.has(lowerCaseName)
}

function otherRawHeaders(raw: readonly string[]): string[] {
  return raw.filter((_, index) => {
    const name = (raw[index - (index % 2)] ?? '').toLowerCase()
    return name !== 'host' && !isSpokenByProxies(name)
  })
}
