// kinde.cache.jwtToken on the host (C§6.7): tokens by name until they expire, validated before they are kept or handed out.
//
// A token is kept under its scope, its name and its validation together, hashed as one structure: no two keys collide by
// their spelling, and a token that was stored unchecked is never handed to a workflow that asks for a checked one.
// Tokens of one scope are shared by all runs of that scope, for all users: the name is the whole key, as at Kinde.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { CallFailure } from '../../net/index.ts'
import type { HostCallContext } from './host-call.ts'
import {
  validatedExpiryMs,
  validationSchema,
  type JwtValidation,
  type KeySetSource,
} from './jwt-validation.ts'
import { LeaseTable } from './lease-table.ts'

/** A token is not handed out of the cache in its last seconds: it would expire on its way. */
const expiryMarginMs = 30_000
const mostTokens = 1_000
const longestName = 200
const longestToken = 16 * 1024

const getSchema = z.strictObject({
  name: z.string().min(1).max(longestName),
  validation: validationSchema.optional(),
})
const putSchema = z.strictObject({ ...getSchema.shape, token: z.string() })

export interface JwtCacheOptions {
  readonly now: () => number
  /** Names of one scope are never seen in another. */
  readonly scopeOf: (context: HostCallContext) => string
}

export class JwtCache {
  readonly #tokens: LRUCache<string, string>
  readonly #leases = new LeaseTable()
  readonly #options: JwtCacheOptions

  constructor(options: JwtCacheOptions) {
    this.#options = options
    this.#tokens = new LRUCache({ max: mostTokens, ttlResolution: 0, perf: { now: options.now } })
  }

  /**
   * The token, or a miss: then it is for this run to fetch it and put it. Others who ask meanwhile wait, at most
   * limits.callMs. A put that fails, even one of an empty token, lets the next one fetch at once.
   */
  async get(request: unknown, context: HostCallContext): Promise<{ token: string } | { miss: true }> {
    const { name, validation } = parsed(getSchema, request)
    const key = this.#key(name, validation, context)
    for (;;) {
      const token = this.#tokens.get(key)
      if (token !== undefined) return { token }
      const turn = await this.#leases.turn(key, context, context.limits.callMs)
      if (turn === 'lease') return { miss: true }
      if (turn === 'ended') throw new CallFailure('fetch_failed', 'the run ended before the token came')
    }
  }

  /** Gives the token back as it is kept: without the quotes of JSON. One that expires soon is given back but not kept. */
  async put(request: unknown, context: HostCallContext, keySet: KeySetSource): Promise<{ token: string }> {
    const { name, validation, token: text } = parsed(putSchema, request)
    const key = this.#key(name, validation, context)
    try {
      const token = unquoted(text)
      const expiresAtMs = await validatedExpiryMs(token, validation, { nowMs: this.#options.now(), keySet })
      this.#keep(key, token, expiresAtMs)
      this.#leases.settled(key)
      return { token }
    } catch (error) {
      this.#leases.failed(key, context.runId)
      throw error instanceof CallFailure ? error.during(`the token for ${JSON.stringify(name)}`) : error
    }
  }

  #keep(key: string, token: string, expiresAtMs: number): void {
    // A token is stale when its age is greater than ttl, and ttl must be a positive integer.
    const ttl = Math.ceil(expiresAtMs - expiryMarginMs - this.#options.now()) - 1
    if (ttl > 0) this.#tokens.set(key, token, { ttl })
  }

  #key(name: string, validation: JwtValidation | undefined, context: HostCallContext): string {
    const structure = [this.#options.scopeOf(context), name, ...partsOf(validation)]
    return createHash('sha256').update(JSON.stringify(structure)).digest('base64')
  }
}

/** Spelled out, so that the order of members in the guest's object does not matter. */
function partsOf(validation: JwtValidation | undefined): string[] {
  if (validation === undefined) return []
  return 'static' in validation.key
    ? ['static', validation.key.static.alg, validation.key.static.key]
    : ['jwks', validation.key.jwks.url]
}

/** A callback of the library gives `response.json.access_token`, one in the wild the JSON text of it. */
function unquoted(text: string): string {
  if (text.length > longestToken)
    throw new CallFailure('jwt_cache_invalid', `it is longer than ${longestToken} characters`)
  const trimmed = text.trim()
  return /^"([^"\\]*)"$/.exec(trimmed)?.[1] ?? trimmed
}

function parsed<T>(schema: z.ZodType<T>, request: unknown): T {
  const result = schema.safeParse(request)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new CallFailure(
    'jwt_cache_invalid',
    `the arguments of kinde.cache.jwtToken are wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}`,
  )
}
