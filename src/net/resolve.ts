// DNS look-ups: bounded in time and in number of answers, and judged as a whole. One address that is not public refuses the
// name, because the owner of the zone chooses which address is tried first.
//
// A look-up that comes too late cannot be cancelled (getaddrinfo); its answer is dropped.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { canonicalAddress, judgeAddress } from './address-ranges.ts'
import { CallFailure } from './call-failure.ts'

/** All addresses of a name; rejects or gives an empty list when it has no address. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Shorter than the deadline of the call, so that a name server that does not answer is not reported as a slow service. */
const resolveTimeoutMs = 2_000

/** Each address is judged, and the owner of the zone chooses how many there are. */
const mostAddresses = 512
/** Tried at most, so that an answer of hundreds of records does not become hundreds of connections. */
const addressesTried = 8

export const systemResolve: Resolve = async (hostname) => {
  const records = await lookup(hostname, { all: true, order: 'verbatim' })
  return records.map(({ address }) => address)
}

interface ResolveOptions {
  readonly resolve: Resolve
  /** The operator allows this origin: its addresses need not be public. */
  readonly trusted: boolean
  readonly timeoutMs?: number
}

/** The addresses to which a connection to `hostname` may be made, in canonical form. Rejects with CallFailure. */
export async function resolveAllowed(hostname: string, options: ResolveOptions): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return [canonicalAddress(hostname)]
  const addresses = await withTimeout(
    options.resolve(hostname),
    hostname,
    options.timeoutMs ?? resolveTimeoutMs,
  )
  if (addresses.length === 0) throw unresolved(hostname)
  if (addresses.length > mostAddresses)
    throw new CallFailure('egress_denied', `${hostname} resolves to more than ${mostAddresses} addresses`)
  // The address itself is not named, because a workflow must not read the inner network's name server.
  if (!options.trusted && !addresses.every((address) => judgeAddress(address).allowed)) {
    throw new CallFailure('egress_denied', `${hostname} resolves to an address that is not public`)
  }
  return addresses.slice(0, addressesTried).map(canonicalAddress)
}

async function withTimeout(
  lookingUp: Promise<readonly string[]>,
  hostname: string,
  timeoutMs: number,
): Promise<readonly string[]> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(
      new CallFailure('fetch_failed', `the name ${hostname} was not resolved within ${timeoutMs} ms`),
    )
  }, timeoutMs)
  try {
    return await Promise.race([lookingUp, late.promise])
  } catch (error) {
    throw error instanceof CallFailure ? error : unresolved(hostname, error)
  } finally {
    clearTimeout(timer)
  }
}

function unresolved(hostname: string, cause?: unknown): CallFailure {
  return new CallFailure('fetch_failed', `the name ${hostname} could not be resolved`, { cause })
}
