// Key sets by their URL, fetched with the same egress rules and limits as any call of a workflow and kept for five minutes.
// A key set is the same for everybody who asks at that URL, hence one cache for all scopes.
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { CallFailure, type FetchValue } from '../../net/index.ts'

const keptMs = 5 * 60 * 1_000
const mostKeySets = 100

/** In characters. A set of a hundred keys with their certificates is smaller; what the far side sends is read on the main thread. */
const longestKeySet = 256 * 1024
/** In characters of base64url: OpenSSL verifies with RSA moduli of at most 16,384 bits, and longer ones cost time before it says so. */
const longestModulus = 2_731

/** jose reads the members of each key itself and ignores keys that it cannot use (RFC 7517 §5). */
const keySchema = z.looseObject({ kty: z.string(), n: z.string().max(longestModulus).exactOptional() })
/** Counted before the keys are parsed: a fault reported for each of half a million would stop the host. */
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(100).pipe(z.array(keySchema)) })

export class JwksCache {
  readonly #keySets = new Map<string, { readonly keySet: JSONWebKeySet; readonly untilMs: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Passes on what `fetchKeys` rejects with; CallFailure `jwt_cache_invalid` when the answer is not a key set. */
  async get(
    url: string,
    fetchAnew: boolean,
    fetchKeys: (url: string) => Promise<FetchValue>,
  ): Promise<JSONWebKeySet> {
    const kept = this.#keySets.get(url)
    if (kept !== undefined && !fetchAnew && kept.untilMs > this.#now()) return kept.keySet
    const keySet = parseKeySet(await fetchKeys(url))
    this.#keySets.delete(url)
    this.#keySets.set(url, { keySet, untilMs: this.#now() + keptMs })
    if (this.#keySets.size > mostKeySets) {
      const [oldest] = this.#keySets.keys()
      if (oldest !== undefined) this.#keySets.delete(oldest)
    }
    return keySet
  }
}

function parseKeySet({ status, body }: FetchValue): JSONWebKeySet {
  if (status !== 200) throw invalid(`the JWKS could not be fetched: status ${status}`)
  if (body.length > longestKeySet) throw invalid(`the JWKS is longer than ${longestKeySet} characters`)
  try {
    return keySetSchema.parse(JSON.parse(body))
  } catch (cause) {
    throw invalid('the JWKS is malformed', cause)
  }
}

function invalid(message: string, cause?: unknown): CallFailure {
  return new CallFailure('jwt_cache_invalid', message, { cause })
}
