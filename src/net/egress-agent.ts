// The HTTP client of outgoing calls, over connections that connector.ts makes. Proxies named in the environment are ignored, because they
// would choose the address for us.
import { Agent } from 'undici'
import { egressConnector, type ConnectorOptions } from './connector.ts'
import { mostResponseHeaderBytes } from './exchange.ts'

const connectionsPerOrigin = 128

export function openEgressAgent(options: ConnectorOptions): Agent {
  return new Agent({
    connect: egressConnector(options),
    connections: connectionsPerOrigin,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: mostResponseHeaderBytes,
    keepAliveMaxTimeout: 60_000,
    // The deadline of the call covers every phase.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
