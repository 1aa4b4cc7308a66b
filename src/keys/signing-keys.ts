// The keys that sign. One active key for each algorithm that an application may use; made on first start, kept encrypted in the
// store. Key state is read again at most a second after it changed, so that a retired key signs nothing on any replica
// (assurance INV-4).
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import { isStoreUnavailable } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import {
  signingAlgorithms,
  type SigningAlgorithm,
  type SigningKeyRecord,
  type SigningKeyStore,
} from '../store/index.ts'
import type { JwsKey } from './compact-jws.ts'

export interface SigningKeys {
  /** The key that signs now. Rejects when there is none: nothing is issued unsigned. */
  active(algorithm: SigningAlgorithm): Promise<JwsKey>
  /** The published key set: public members alone (RFC 7517). */
  publicJwks(): Promise<{ readonly keys: readonly JWK[] }>
  /** For verifying our own tokens. */
  readonly verificationKey: JWTVerifyGetKey
  /** With private members: the engine signs logout tokens by them. */
  privateJwks(): Promise<{ readonly keys: JWK[] }>
}

interface KeyDeps {
  readonly store: SigningKeyStore
  readonly nowMs: () => number
  /** Told once of each key that cannot be read. */
  readonly onUnreadable: (kid: string, error: unknown) => void
  /** Called once for each key that signs before its time because it is the only one. */
  readonly onClockBehind: (kid: string, activeFromMs: number) => void
}

interface Snapshot {
  readonly readAtMs: number
  readonly records: readonly SigningKeyRecord[]
}

const rereadAfterMs = 1_000

/** Makes the keys that are missing. */
export async function openSigningKeys(deps: KeyDeps): Promise<SigningKeys> {
  const { store, nowMs } = deps
  const existing = await store.all()
  for (const algorithm of signingAlgorithms) {
    if (!existing.some((key) => key.algorithm === algorithm && !isRetired(key, nowMs())))
      await store.put(await makeKey(algorithm, nowMs()))
  }
  return new StoredSigningKeys(deps)
}

class StoredSigningKeys implements SigningKeys {
  readonly #deps: KeyDeps
  readonly #imported = new Map<string, KeyObject>()
  /** Undefined for one that cannot be read. */
  readonly #jwks = new Map<string, JWK | undefined>()
  readonly #early = new Set<string>()
  #snapshot: Promise<Snapshot> | undefined
  #readAtMs = 0
  #lastRead: readonly SigningKeyRecord[] | undefined

  constructor(deps: KeyDeps) {
    this.#deps = deps
  }

  async active(algorithm: SigningAlgorithm): Promise<JwsKey> {
    const now = this.#deps.nowMs()
    const { records } = await this.#read()
    const usable = records
      .filter((record) => record.algorithm === algorithm && !isRetired(record, now))
      .toSorted((a, b) => b.activeFromMs - a.activeFromMs)
    const signing = usable.find((record) => isActive(record, now)) ?? this.#beforeItsTime(usable.at(-1))
    if (!signing) throw new Error(`there is no active signing key for ${algorithm}`)
    return { kid: signing.kid, algorithm, key: this.#import(signing) }
  }

  /** The clock was set back to before the first key's start. That key is published already, and refusing would sign everybody out. */
  #beforeItsTime(oldest: SigningKeyRecord | undefined): SigningKeyRecord | undefined {
    if (oldest && !this.#early.has(oldest.kid)) {
      this.#early.add(oldest.kid)
      this.#deps.onClockBehind(oldest.kid, oldest.activeFromMs)
    }
    return oldest
  }

  async publicJwks(): Promise<{ readonly keys: readonly JWK[] }> {
    const keys = await this.#published()
    return { keys: keys.map(({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }) => key) }
  }

  async privateJwks(): Promise<{ readonly keys: JWK[] }> {
    return { keys: await this.#published() }
  }

  readonly verificationKey: JWTVerifyGetKey = async (header, token) => {
    const { keys } = await this.publicJwks()
    return createLocalJWKSet({ keys: [...keys] })(header, token)
  }

  async #published(): Promise<JWK[]> {
    const now = this.#deps.nowMs()
    return (await this.#lastRecords())
      .filter(({ removedAtMs }) => removedAtMs === null || removedAtMs > now)
      .flatMap((record) => this.#jwk(record) ?? [])
  }

  /** Of a key that cannot be read nothing is published: what it signed does not verify any more, and the others go on. */
  #jwk(record: SigningKeyRecord): JWK | undefined {
    const { kid, algorithm } = record
    if (!this.#jwks.has(kid)) {
      try {
        this.#jwks.set(kid, { ...record.privateJwk, kid, alg: algorithm, use: 'sig' })
      } catch (error) {
        this.#jwks.set(kid, undefined)
        this.#deps.onUnreadable(kid, error)
      }
    }
    return this.#jwks.get(kid)
  }

  /** While the database is away, the last ones that were read: tokens go on being verified. Nothing is signed by them (INV-4). */
  async #lastRecords(): Promise<readonly SigningKeyRecord[]> {
    try {
      return (await this.#read()).records
    } catch (error) {
      if (this.#lastRead === undefined || !isStoreUnavailable(error)) throw error
      return this.#lastRead
    }
  }

  async #read(): Promise<Snapshot> {
    const now = this.#deps.nowMs()
    if (!this.#snapshot || Math.abs(now - this.#readAtMs) >= rereadAfterMs) {
      this.#readAtMs = now
      const reading = this.#deps.store.all().then((records) => ({ readAtMs: now, records }))
      this.#snapshot = reading
      reading.then(
        ({ records }) => (this.#lastRead = records),
        // A failed read is not kept: the next request tries again.
        () => {
          if (this.#snapshot === reading) this.#snapshot = undefined
        },
      )
    }
    return this.#snapshot
  }

  #import(record: SigningKeyRecord): KeyObject {
    const known = this.#imported.get(record.kid)
    if (known) return known
    const imported = createPrivateKey({ key: record.privateJwk, format: 'jwk' })
    this.#imported.set(record.kid, imported)
    return imported
  }
}

function isActive(record: SigningKeyRecord, nowMs: number): boolean {
  return record.activeFromMs <= nowMs && !isRetired(record, nowMs)
}

function isRetired({ retiredAtMs }: SigningKeyRecord, nowMs: number): boolean {
  return retiredAtMs !== null && retiredAtMs <= nowMs
}

async function makeKey(algorithm: SigningAlgorithm, nowMs: number): Promise<SigningKeyRecord> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  const privateJwk = jsonOf(await exportJWK(privateKey))
  return {
    kid: await keyId(privateJwk),
    algorithm,
    privateJwk,
    createdAtMs: nowMs,
    activeFromMs: nowMs,
    retiredAtMs: null,
    removedAtMs: null,
  }
}

/** Letters and digits alone: a header with `>`, `?` or `~` in it would not pass `atob` (C§3). */
async function keyId(jwk: JsonObject): Promise<string> {
  const thumbprint = await calculateJwkThumbprint(jwk)
  const letters = thumbprint.replaceAll(/[^A-Za-z0-9]/g, '')
  return `${letters.slice(0, 24)}${randomBytes(4).toString('hex')}`
}

function jsonOf(jwk: JWK): JsonObject {
  return Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
