// The key set of this installation: which key signs for each algorithm, which keys are published, and the verifier's view of them. The
// store holds the keys, sealed; every process reads them again after a second at most, so a rotation or a retirement by another
// process counts here within `keyNoticeMs` (INV-4).
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose'
import { isStoreUnavailable } from '../errors/index.ts'
import {
  signingAlgorithms,
  type SigningAlgorithm,
  type SigningKeyRecord,
  type SigningKeyStore,
} from '../store/index.ts'
import type { JwsKey } from './compact-jws.ts'
import { makeKey } from './make-key.ts'

export interface SigningKeys {
  /** The key that signs now. Rejects without one, so that nothing is issued unsigned. */
  active(algorithm: SigningAlgorithm): Promise<JwsKey>
  /** The published key set (RFC 7517 §5), public members only. */
  publicJwks(): Promise<{ readonly keys: readonly JWK[] }>
  /** Finds the key of a token that this issuer signed. Rejects when its key is not published. */
  readonly verificationKey: JWTVerifyGetKey
}

interface KeyDeps {
  readonly store: Pick<SigningKeyStore, 'all' | 'put'>
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly nowMs: () => number
  /** Called once for each key that cannot be read. */
  readonly onUnreadable: (kid: string, error: unknown) => void
  /** Called once for each key that signs before its time because no other key can. */
  readonly onClockBehind: (kid: string, activeFromMs: number) => void
}

/** What is made once from the keys that are published, and used until another set is. */
interface KeySet {
  readonly kids: string
  readonly jwks: { readonly keys: readonly JWK[] }
  readonly verificationKey: JWTVerifyGetKey
}

const rereadAfterMs = 1_000

/** A change of the keys counts in every process after this time: twice the time after which the keys are read again. */
export const keyNoticeMs = 2 * rereadAfterMs

/** Makes the keys that are missing. */
export async function openSigningKeys(deps: KeyDeps): Promise<SigningKeys> {
  const { store, nowMs } = deps
  const existing = await store.all()
  for (const algorithm of signingAlgorithms) {
    if (!existing.some((key) => key.algorithm === algorithm && !isRetired(key, nowMs())))
      await store.put(await makeKey(algorithm, { nowMs: nowMs(), activeFromMs: nowMs() }))
  }
  return new StoredSigningKeys(deps)
}

class StoredSigningKeys implements SigningKeys {
  readonly #deps: KeyDeps
  readonly #imported = new Map<string, KeyObject>()
  readonly #early = new Set<string>()
  readonly #unreadable = new Set<string>()
  #reading: Promise<readonly SigningKeyRecord[]> | undefined
  #readAtMs = 0
  #lastRead: readonly SigningKeyRecord[] | undefined
  #keySet: KeySet | undefined

  constructor(deps: KeyDeps) {
    this.#deps = deps
  }

  async active(algorithm: SigningAlgorithm): Promise<JwsKey> {
    const now = this.#deps.nowMs()
    const usable = (await this.#read())
      .filter((record) => record.algorithm === algorithm && !isRetired(record, now))
      .toSorted((a, b) => b.activeFromMs - a.activeFromMs)
    const signing =
      usable.find(({ activeFromMs }) => activeFromMs <= now) ?? this.#beforeItsTime(usable.at(-1))
    if (!signing) throw new Error(`there is no active signing key for ${algorithm}`)
    return { kid: signing.kid, algorithm, key: this.#import(signing) }
  }

  /** The clock was set back to before the first key's start. The key is published already, and refusing would sign everybody out. */
  #beforeItsTime(oldest: SigningKeyRecord | undefined): SigningKeyRecord | undefined {
    if (oldest && !this.#early.has(oldest.kid)) {
      this.#early.add(oldest.kid)
      this.#deps.onClockBehind(oldest.kid, oldest.activeFromMs)
    }
    return oldest
  }

  async publicJwks(): Promise<{ readonly keys: readonly JWK[] }> {
    return (await this.#published()).jwks
  }

  readonly verificationKey: JWTVerifyGetKey = async (header, token) =>
    (await this.#published()).verificationKey(header, token)

  /** Rebuilt only when other keys are published: jose imports each key of a set once. */
  async #published(): Promise<KeySet> {
    const now = this.#deps.nowMs()
    const records = (await this.#lastRecords()).filter((record) => isPublished(record, now))
    const kids = records.map(({ kid }) => kid).join(' ')
    if (this.#keySet?.kids !== kids) {
      const keys = records.flatMap((record) => this.#publicJwk(record) ?? [])
      this.#keySet = { kids, jwks: { keys }, verificationKey: createLocalJWKSet({ keys }) }
    }
    return this.#keySet
  }

  /** A key that cannot be read is left out: the tokens that it signed no longer verify, and the other keys go on. */
  #publicJwk(record: SigningKeyRecord): JWK | undefined {
    const { kid, algorithm } = record
    try {
      const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key } = record.privateJwk
      return { ...key, kid, alg: algorithm, use: 'sig' }
    } catch (error) {
      if (!this.#unreadable.has(kid)) this.#deps.onUnreadable(kid, error)
      this.#unreadable.add(kid)
      return undefined
    }
  }

  /** While the database is away, tokens are verified by the keys that were read last. Nothing is signed with them (INV-4). */
  async #lastRecords(): Promise<readonly SigningKeyRecord[]> {
    try {
      return await this.#read()
    } catch (error) {
      if (this.#lastRead === undefined || !isStoreUnavailable(error)) throw error
      return this.#lastRead
    }
  }

  async #read(): Promise<readonly SigningKeyRecord[]> {
    const now = this.#deps.nowMs()
    if (!this.#reading || Math.abs(now - this.#readAtMs) >= rereadAfterMs) {
      this.#readAtMs = now
      const reading = this.#deps.store.all()
      this.#reading = reading
      reading.then(
        (records) => (this.#lastRead = records),
        // A failed read is not kept: the next request tries again.
        () => {
          if (this.#reading === reading) this.#reading = undefined
        },
      )
    }
    return this.#reading
  }

  #import(record: SigningKeyRecord): KeyObject {
    const known = this.#imported.get(record.kid)
    if (known) return known
    const imported = createPrivateKey({ key: record.privateJwk, format: 'jwk' })
    this.#imported.set(record.kid, imported)
    return imported
  }
}

export function isRetired({ retiredAtMs }: SigningKeyRecord, nowMs: number): boolean {
  return retiredAtMs !== null && retiredAtMs <= nowMs
}

function isPublished({ removedAtMs }: SigningKeyRecord, nowMs: number): boolean {
  return removedAtMs === null || removedAtMs > nowMs
}
