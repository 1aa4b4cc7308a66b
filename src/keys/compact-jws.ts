// A JWS in compact form (RFC 7515 §7.1) by Node's own signatures. jose would do it through WebCrypto, which costs half as much again,
// twice in every mint (docs/decisions/0016-what-a-refresh-costs.md). Verifying, where all the traps are, stays jose's.
import { sign, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../oauth/index.ts'
import type { SigningAlgorithm } from '../store/index.ts'

export interface JwsKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly key: KeyObject
}

/** RFC 7518 §3.1, RFC 8037 §3.1. EdDSA hashes by itself; ES256 signatures are r and s one after the other. */
const digests = { RS256: 'sha256', ES256: 'sha256', EdDSA: null } as const satisfies Record<
  SigningAlgorithm,
  string | null
>

export async function compactJws(claims: JsonObject, type: string, key: JwsKey): Promise<string> {
  const header = { alg: key.algorithm, kid: key.kid, typ: type }
  const input = `${base64url(header)}.${base64url(claims)}`
  return `${input}.${(await signature(input, key)).toString('base64url')}`
}

/** On a thread of libuv's: one signature costs more than all the rest of a request. */
function signature(input: string, { algorithm, key }: JwsKey): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(
      digests[algorithm],
      Buffer.from(input, 'ascii'),
      // Options make Node look at the key's kind by a thrown error, at a tenth of a request's time: only ES256 needs them.
      algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key,
      (error, bytes) => {
        if (error) reject(error)
        else resolve(bytes)
      },
    )
  })
}

function base64url(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
}
