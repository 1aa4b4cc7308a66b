// Makes a signing key: 2048 bits for RS256, P-256 for ES256, Ed25519 for EdDSA.
import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { JsonObject } from '../oauth/index.ts'
import type { SigningAlgorithm, SigningKeyRecord } from '../store/index.ts'

interface KeyTimes {
  readonly nowMs: number
  readonly activeFromMs: number
}

export async function makeKey(
  algorithm: SigningAlgorithm,
  { nowMs, activeFromMs }: KeyTimes,
): Promise<SigningKeyRecord> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  const privateJwk = jsonOf(await exportJWK(privateKey))
  return {
    kid: await keyId(privateJwk),
    algorithm,
    privateJwk,
    createdAtMs: nowMs,
    activeFromMs,
    retiredAtMs: null,
    removedAtMs: null,
  }
}

/** Letters and digits only: a header with `>`, `?` or `~` in it would not pass `atob` (C§3). */
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
