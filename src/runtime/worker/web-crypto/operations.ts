// The operations of SubtleCrypto (W3C Web Cryptography §14.3), each from a parsed request to the value that crosses the
// wall. What a key may be used for is checked here, once for all algorithms.
import { createHash } from 'node:crypto'
import { aesCbc, aesCtr, aesGcm, aesKw } from './aes.ts'
import type { Algorithm, Context, KeyMaterial } from './algorithm.ts'
import { ed25519, x25519 } from './edwards.ts'
import { ecdh, ecdsa } from './elliptic.ts'
import { fail, orFail, WebCryptoFailure } from './failure.ts'
import { hmac } from './hmac.ts'
import { hkdf, pbkdf2 } from './key-derivation.ts'
import {
  hashes,
  hashOf,
  mostKeyCharacters,
  needed,
  parseRequest,
  type Jwk,
  type Key,
  type Parameters,
  type Request,
  type Usage,
} from './request.ts'
import { rsaOaep, rsaPkcs1, rsaPss } from './rsa.ts'

const algorithms: readonly Algorithm[] = [
  hmac,
  rsaPkcs1,
  rsaPss,
  rsaOaep,
  ecdsa,
  ecdh,
  ed25519,
  x25519,
  aesGcm,
  aesCbc,
  aesCtr,
  aesKw,
  hkdf,
  pbkdf2,
]

type Operation = (request: Request, context: Context) => unknown

const operations: Readonly<Record<string, Operation>> = {
  digest({ algorithm, data }) {
    const hash = hashOf(needed(algorithm, 'algorithm').name)
    return bytes(createHash(hashes[hash]).update(needed(data, 'data')).digest())
  },

  generateKey(request, context) {
    const [parameters, algorithm] = chosen(request.algorithm)
    const usages = needed(request.usages, 'usages')
    const extractable = needed(request.extractable, 'extractable')
    const generate = supported(algorithm, algorithm.generateKey, 'generateKey')
    const allowed = Object.values(algorithm.usages).flat()
    for (const usage of usages) if (!allowed.includes(usage)) wrongUsage(usage, algorithm)
    if (usages.filter((usage) => !algorithm.usages.public?.includes(usage)).length === 0)
      fail('SyntaxError', 'usages must name what the key may do')
    const made = generate(parameters, context)
    if ('material' in made) return keyOf(made, extractable, usages)
    return {
      publicKey: keyOf(made.publicKey, true, usagesOf(algorithm, 'public', usages)),
      privateKey: keyOf(made.privateKey, extractable, usagesOf(algorithm, 'private', usages)),
    }
  },

  importKey(request) {
    return imported(request, request.algorithm, request.data, request.jwk)
  },

  exportKey(request) {
    return exported(needed(request.key, 'key'), needed(request.format, 'format'))
  },

  sign(request, context) {
    const { parameters, algorithm, key } = keyed(request, 'sign', ['secret', 'private'])
    const sign = supported(algorithm, algorithm.sign, 'sign')
    return bytes(sign(parameters, key, needed(request.data, 'data'), context))
  },

  verify(request) {
    const { parameters, algorithm, key } = keyed(request, 'verify', ['secret', 'public'])
    const verify = supported(algorithm, algorithm.verify, 'verify')
    return verify(parameters, key, needed(request.signature, 'signature'), needed(request.data, 'data'))
  },

  encrypt(request, context) {
    const { parameters, algorithm, key } = keyed(request, 'encrypt', ['secret', 'public'])
    const encrypt = supported(algorithm, algorithm.encrypt, 'encrypt')
    return bytes(encrypt(parameters, key, needed(request.data, 'data'), context))
  },

  decrypt(request) {
    const { parameters, algorithm, key } = keyed(request, 'decrypt', ['secret', 'private'])
    const decrypt = supported(algorithm, algorithm.decrypt, 'decrypt')
    return bytes(decrypt(parameters, key, needed(request.data, 'data')))
  },

  deriveBits(request) {
    return bytes(derived(request, 'deriveBits', needed(request.length, 'length')))
  },

  deriveKey(request) {
    const [target, algorithm] = chosen(request.target)
    const lengthOf = supported(algorithm, algorithm.derivedLength, 'deriveKey')
    const secret = derived(request, 'deriveKey', lengthOf(target))
    return imported({ ...request, format: 'raw' }, target, secret, undefined)
  },

  wrapKey(request, context) {
    const { parameters, algorithm, key } = keyed(request, 'wrapKey', ['secret', 'public'])
    const content = exported(needed(request.wrapped, 'key'), needed(request.format, 'format'))
    const data =
      'jwk' in content ? Buffer.from(JSON.stringify(content.jwk)) : Buffer.from(content.bytes, 'base64')
    if (algorithm.wrap !== undefined) return bytes(algorithm.wrap(key, data))
    return bytes(supported(algorithm, algorithm.encrypt, 'wrapKey')(parameters, key, data, context))
  },

  unwrapKey(request) {
    const { parameters, algorithm, key } = keyed(request, 'unwrapKey', ['secret', 'private'])
    const data = needed(request.data, 'wrappedKey')
    const content =
      algorithm.unwrap === undefined
        ? supported(algorithm, algorithm.decrypt, 'unwrapKey')(parameters, key, data)
        : algorithm.unwrap(key, data)
    if (request.format !== 'jwk') return imported(request, request.target, content, undefined)
    return imported(request, request.target, undefined, unwrappedJwk(content))
  },
}

/** The JSON of the value of an operation; throws WebCryptoFailure. */
export function perform(name: string, requestJson: string, context: Context): string {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation === undefined) fail('NotSupportedError', 'there is no such operation')
  return JSON.stringify(operation(parseRequest(requestJson), context))
}

function chosen(parameters: Parameters | undefined): [Parameters, Algorithm] {
  const given = needed(parameters, 'algorithm')
  const found = algorithms.find(({ name }) => name.toLowerCase() === given.name.toLowerCase())
  return [given, found ?? fail('NotSupportedError', `the algorithm ${given.name} is not supported`)]
}

/** The algorithm of an operation with a key, once both fit (§14.3, the steps "If the name member…"). */
function keyed(request: Request, usage: Usage, types: readonly Key['type'][]) {
  const [parameters, algorithm] = chosen(request.algorithm)
  const key = needed(request.key, 'key')
  if (key.algorithm.name !== algorithm.name)
    fail('InvalidAccessError', `the key is a key of ${key.algorithm.name}, not of ${algorithm.name}`)
  if (!key.usages.includes(usage)) fail('InvalidAccessError', `the usages of the key do not have "${usage}"`)
  if (!types.includes(key.type)) fail('InvalidAccessError', `a ${key.type} key cannot be used for ${usage}`)
  return { parameters, algorithm, key }
}

function derived(request: Request, usage: Usage, length: number | null): Buffer {
  const { parameters, algorithm, key } = keyed(request, usage, ['secret', 'private'])
  return supported(algorithm, algorithm.deriveBits, usage)(parameters, key, length)
}

function imported(
  request: Request,
  target: Parameters | undefined,
  data: Buffer | undefined,
  jwk: Jwk | undefined,
): Key {
  const [parameters, algorithm] = chosen(target)
  const usages = needed(request.usages, 'usages')
  const extractable = needed(request.extractable, 'extractable')
  const format = needed(request.format, 'format')
  if (!['raw', 'spki', 'pkcs8', 'jwk'].includes(format)) fail('TypeError', `"${format}" is not a key format`)
  const allowed = Object.values(algorithm.usages).flat()
  for (const usage of usages) if (!allowed.includes(usage)) wrongUsage(usage, algorithm)
  const made = algorithm.importKey({ format, data, jwk, usages, extractable }, parameters)
  for (const usage of usages)
    if (!algorithm.usages[made.type]?.includes(usage))
      fail('SyntaxError', `a ${made.type} key of ${algorithm.name} cannot be used for "${usage}"`)
  if (made.type !== 'public' && usages.length === 0)
    fail('SyntaxError', 'a secret or private key needs at least one usage')
  return keyOf(made, extractable, usages)
}

function exported(key: Key, format: string): { readonly bytes: string } | { readonly jwk: Jwk } {
  const [, algorithm] = chosen({ name: key.algorithm.name })
  const exportKey = supported(algorithm, algorithm.exportKey, 'exportKey')
  if (!key.extractable) fail('InvalidAccessError', 'the key is not extractable')
  const content = exportKey(format, key)
  if (Buffer.isBuffer(content)) return bytes(content)
  return { jwk: { ...content, key_ops: key.usages, ext: key.extractable } }
}

function unwrappedJwk(content: Buffer): Jwk {
  const parsed: unknown = orFail('DataError', 'the unwrapped key is not a JWK', () =>
    JSON.parse(content.toString()),
  )
  try {
    return needed(parseRequest(JSON.stringify({ jwk: parsed })).jwk, 'jwk')
  } catch (error) {
    if (!(error instanceof WebCryptoFailure)) throw error
    return fail('DataError', 'the unwrapped key is not a JWK')
  }
}

function supported<Method>(algorithm: Algorithm, method: Method | undefined, operation: string): Method {
  return method ?? fail('NotSupportedError', `${algorithm.name} does not support ${operation}`)
}

function wrongUsage(usage: Usage, algorithm: Algorithm): never {
  return fail('SyntaxError', `a key of ${algorithm.name} cannot be used for "${usage}"`)
}

function usagesOf(algorithm: Algorithm, type: Key['type'], usages: readonly Usage[]): Usage[] {
  return usages.filter((usage) => algorithm.usages[type]?.includes(usage) === true)
}

function keyOf(
  { type, algorithm, material }: KeyMaterial,
  extractable: boolean,
  usages: readonly Usage[],
): Key {
  const text = material.toString('base64')
  if (text.length > mostKeyCharacters) fail('DataError', 'a key is limited to 48 KiB')
  return { type, extractable, algorithm, usages: [...new Set(usages)], material: text }
}

function bytes(value: Buffer): { readonly bytes: string } {
  return { bytes: value.toString('base64') }
}
