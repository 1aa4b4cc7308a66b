// The address of the database as an operator writes it: `postgres://user:password@host:5432/name?parameter=value`, with one host or
// several, separated by commas as libpq takes them (PostgreSQL documentation, 32.1.1.2 Connection URIs). Parameters that the driver
// knows (`sslmode`, `options`, …) pass through; those that say how Mintage connects are read here. No error repeats a value:
// the address holds a password.
import { ConfigError } from '../../errors/index.ts'
import { unavailable } from '../store-error.ts'

export interface PostgresAddress {
  /** Of each host, in the order in which they are tried. */
  readonly urls: readonly string[]
  /** Hosts and database: for the terminal and the log. */
  readonly description: string
  /** Connections of this process at most. */
  readonly maxConnections: number
  /** Until a host has answered a new connection. */
  readonly connectTimeoutMs: number
  /** Until a statement is answered. The server gives up a second before. */
  readonly queryTimeoutMs: number
  /** False when a server that takes no writes will do (`target_session_attrs=any`). */
  readonly isWritableRequired: boolean
}

const address =
  /^(?<scheme>postgres(?:ql)?:)\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^/?#@]*)(?<rest>(?:[/?#].*)?)$/

/** Throws StoreError `store_unavailable` for what is not an address, ConfigError `usage` for a parameter that cannot be read. */
export function parsePostgresAddress(text: string): PostgresAddress {
  const { scheme, user, hosts = '', rest } = address.exec(text)?.groups ?? {}
  if (scheme === undefined) throw notAnAddress()
  const login = user === undefined ? '' : `${user}@`
  const urls = hosts.split(',').map((host) => parseUrl(`${scheme}//${login}${host}${rest ?? ''}`))
  const [first] = urls
  if (first === undefined || (urls.length > 1 && urls.some(({ hostname }) => hostname === '')))
    throw notAnAddress()
  const { searchParams, pathname } = first
  const number = (name: string, fallback: number, [least, most]: readonly [number, number]) => {
    const given = searchParams.get(name)
    if (given === null) return fallback
    const value = Number(given)
    if (/^\d+$/.test(given) && value >= least && value <= most) return value
    throw badParameter(name, `a whole number from ${String(least)} to ${String(most)}`)
  }
  return {
    urls: urls.map(withoutOwnParameters),
    description: `postgres ${urls.map(({ host }) => host).join(',')}${pathname}`,
    maxConnections: number('pool_max_conns', 10, [1, 1_000]),
    connectTimeoutMs: number('connect_timeout', 2, [1, 60]) * 1_000,
    queryTimeoutMs: number('query_timeout', 5_000, [1_000, 600_000]),
    isWritableRequired: readsSessionAttributes(searchParams.get('target_session_attrs')),
  }
}

const ownParameters = ['pool_max_conns', 'connect_timeout', 'query_timeout', 'target_session_attrs']

/** The driver would take some of them in another unit. */
function withoutOwnParameters(url: URL): string {
  const copy = new URL(url)
  for (const name of ownParameters) copy.searchParams.delete(name)
  return copy.href
}

/** libpq's names. Mintage writes, so those that ask for a server without writes are refused. */
function readsSessionAttributes(given: string | null): boolean {
  if (given === null || given === 'read-write' || given === 'primary') return true
  if (given === 'any') return false
  throw badParameter('target_session_attrs', 'read-write, primary or any')
}

function parseUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    // The parser's error quotes the URL, password and all.
    throw notAnAddress()
  }
}

function notAnAddress(): Error {
  return unavailable(
    'The address of the database is not a URL: postgres://user:password@host:port/name, or with several hosts ' +
      'postgres://user:password@host:port,host:port/name.',
  )
}

function badParameter(name: string, expected: string): Error {
  return new ConfigError('usage', `The database address has a wrong parameter: ${name} needs ${expected}.`, {
    hint: `Write it as postgres://user:password@host:5432/database?${name}=…, or leave it out.`,
  })
}
