// Why the server cannot listen, for the operator who started it.
import { ConfigError } from '../errors/index.ts'

interface Address {
  readonly port: number
  readonly host: string
}

/** What cannot be explained comes back as it is. */
export function listenError(error: unknown, { port, host }: Address): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigError('port_in_use', `Port ${port} of ${host} is taken by another process.`, {
        hint: `Stop that process, or choose another port: --port ${port === 65_535 ? 4000 : port + 1}.`,
        cause: error,
      })
    case 'EACCES':
      return new ConfigError('address_unavailable', `This user may not listen on port ${port}.`, {
        hint: 'Choose a port above 1023 with --port, or put a proxy in front.',
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigError('address_unavailable', `${host} is not an address of this machine.`, {
        hint: 'Use --host localhost, or --host 0.0.0.0 to be reachable from other machines.',
        cause: error,
      })
    default:
      return error
  }
}
