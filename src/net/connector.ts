// Makes the connections: looks the name up once, judges every address, connects to one of exactly these, and checks the
// peer afterwards. There is no second look-up between check and use, so DNS rebinding (a second answer that differs) is not
// possible. A connection that is kept alive stays with the address that was checked.
//
// fetch.ts has judged the URL already. It is judged again here because every connection passes this function.
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { getCACertificates } from 'node:tls'
import { buildConnector } from 'undici'
import { canonicalAddress } from './address-ranges.ts'
import { CallFailure } from './call-failure.ts'
import { plainHostname, type EgressPolicy } from './egress-policy.ts'
import { resolveAllowed, type Resolve } from './resolve.ts'

export interface ConnectorOptions {
  readonly policy: EgressPolicy
  readonly resolve: Resolve
  /** PEM certificates trusted besides the usual ones. */
  readonly certificateAuthorities: readonly string[]
}

/** Above any sensible limits.callMs: the deadline of the call comes first and has the better text. */
const connectTimeoutMs = 10_000

export function egressConnector(options: ConnectorOptions): buildConnector.connector {
  const authorities = options.certificateAuthorities
  const ca = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }

  async function connect(target: buildConnector.Options): Promise<Socket> {
    const url = new URL(`${target.protocol}//${target.host ?? target.hostname}`)
    const verdict = options.policy.judgeUrl(url)
    if (!verdict.allowed) throw new CallFailure('egress_denied', verdict.reason)
    const hostname = plainHostname(url)
    const addresses = await resolveAllowed(hostname, { resolve: options.resolve, trusted: verdict.trusted })
    const socket = await opened(target, pinnedConnector(addresses, ca))
    if (!addresses.includes(canonicalAddress(socket.remoteAddress ?? ''))) {
      socket.destroy()
      throw new CallFailure(
        'egress_denied',
        `the connection to ${hostname} reached another address than the one looked up`,
      )
    }
    return socket
  }

  return (target, callback) => {
    connect(target).then(
      (socket) => callback(null, socket),
      (error: unknown) =>
        callback(error instanceof Error ? error : new Error('connect failed', { cause: error }), null),
    )
  }
}

function pinnedConnector(
  addresses: readonly string[],
  ca: { readonly ca?: string[] },
): buildConnector.connector {
  const records = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_hostname, { all }, callback) => {
    const [first] = records
    if (all === true || first === undefined) callback(null, records)
    else callback(null, first.address, first.family)
  }
  return buildConnector({
    ...ca,
    lookup,
    timeout: connectTimeoutMs,
    allowH2: false,
    // Stated although they are the defaults: environment variables can change the defaults (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  })
}

function opened(target: buildConnector.Options, connector: buildConnector.connector): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  connector(target, (...[error, socket]) => {
    if (error === null) resolve(socket)
    else reject(error)
  })
  return promise
}
