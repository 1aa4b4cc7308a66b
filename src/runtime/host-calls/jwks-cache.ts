// The key sets of kinde.cache.jwtToken: jose's remote key set, with the calls of the run in place of its own fetch and one cache of five
// minutes for all runs. A key set is the same for every caller of its URL, so all scopes share it.
import { createRemoteJWKSet, customFetch, jwksCache, type JWKSCacheInput, type JWTVerifyGetKey } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { CallFailure, type FetchValue } from '../../net/index.ts'

const keptMs = 5 * 60 * 1_000
const mostKeySets = 100

/** In characters. A set of a hundred keys with their certificates is smaller; the answer is read on the main thread. */
const longestKeySet = 256 * 1024
/** In characters of base64url. OpenSSL verifies with RSA moduli of at most 16,384 bits, and longer ones cost time before it refuses. */
const longestModulus = 2_731

/** jose reads the members of each key itself and ignores keys that it cannot use (RFC 7517 §5). */
const keySchema = z.looseObject({ kty: z.string(), n: z.string().max(longestModulus).exactOptional() })
/** Counted before the keys are parsed, because reporting a fault for each of half a million would stop the host. */
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(100).pipe(z.array(keySchema)) })

export class JwksCache {
  /** jose keeps the keys and the time of their fetch in these objects. */
  readonly #keySets = new LRUCache<string, JWKSCacheInput>({ max: mostKeySets })

  /**
   * Finds the key of a token in the set behind `url`, and fetches the set anew when it lacks the key. Rejects with CallFailure
   * `jwt_cache_invalid` when the answer is not a key set, with what `fetchKeys` rejects with, and with jose's errors.
   */
  keysOf(url: string, fetchKeys: (url: string) => Promise<FetchValue>): JWTVerifyGetKey {
    const address = URL.parse(url)
    if (address === null) throw invalid('the address of the JWKS is not a full one')
    const kept: JWKSCacheInput = this.#keySets.get(url) ?? {}
    this.#keySets.set(url, kept)
    return createRemoteJWKSet(address, {
      [jwksCache]: kept,
      cacheMaxAge: keptMs,
      // A rotated key works at once. The limit on the calls of a run bounds how often a workflow can ask for unknown keys.
      cooldownDuration: 0,
      [customFetch]: async () => Response.json(parseKeySet(await fetchKeys(url))),
    })
  }
}

function parseKeySet({ status, body }: FetchValue): unknown {
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
