// crypto.subtle: turns the arguments of each operation into data, asks the host (worker/web-crypto/) and makes values of the
// answer.
import {
  bytesBuffer,
  cryptoPrototype,
  define,
  engineRandomValues,
  fromBase64,
  GuestDOMException,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  hasOwnEnumerable,
  jsonParse,
  jsonStringify,
  NumberOf,
  objectCreate,
  setPrototypeOf,
  stringIndexOf,
  StringOf,
  typedArrayKind,
  typedArrayLength,
} from '../primordials.ts'
import type { Guest } from '../run-state.ts'
import { base64, future, keyData, parametersOf, type Request } from './crypto-arguments.ts'
import { hiddenClass, keyClass, type HostKey } from './crypto-key.ts'

interface KeyPair {
  readonly publicKey: HostKey
  readonly privateKey: HostKey
}
type Exported = { readonly bytes: string } | { readonly jwk: object }

export function mountWebCrypto({ host }: Guest): void {
  const ask = (operation: string, request: Request): unknown => {
    const envelope: { ok: boolean; value: unknown; name: string; message: string } = jsonParse(
      host.webCrypto(operation, jsonStringify(request)),
    )
    if (envelope.ok) return envelope.value
    const message = 'crypto.subtle.' + operation + ': ' + envelope.message
    throw envelope.name === 'TypeError'
      ? new GuestTypeError(message)
      : new GuestDOMException(message, envelope.name)
  }
  const subtlePrototype = hiddenClass('SubtleCrypto')
  const operations = subtleOperations(ask, keyClass())
  const names = ['digest', 'generateKey', 'importKey', 'exportKey', 'sign', 'verify', 'encrypt', 'decrypt']
  const all = [...names, 'deriveBits', 'deriveKey', 'wrapKey', 'unwrapKey']
  for (let index = 0; index < all.length; index++) {
    const name = all[index] ?? ''
    const operation = operations[name]
    if (operation === undefined) continue
    const method = (...given: unknown[]): Promise<unknown> => {
      setPrototypeOf(given, null)
      return settled(() => operation(given))
    }
    define(method, 'name', name, false)
    define(subtlePrototype, name, method, false)
  }
  define(cryptoPrototype, 'getRandomValues', getRandomValues)
  // The engine's own object has a `subtle` that cannot be replaced.
  const replacement: object = objectCreate(cryptoPrototype)
  define(replacement, 'subtle', objectCreate(subtlePrototype))
  define(globalThis, 'crypto', replacement, false)
}

/** The engine's, with the errors of the standard (W3C Web Cryptography §10.1.1). */
function getRandomValues(array?: unknown): unknown {
  const kind = typedArrayKind(array)
  if (typeof kind !== 'string' || stringIndexOf(kind, 'Float') === 0)
    throw new GuestDOMException(
      'crypto.getRandomValues: the argument must be a typed array of integers',
      'TypeMismatchError',
    )
  if (typedArrayLength(array) > 65_536)
    throw new GuestDOMException('crypto.getRandomValues gives at most 65,536 bytes', 'QuotaExceededError')
  return engineRandomValues(array)
}

function subtleOperations(
  ask: (operation: string, request: Request) => unknown,
  { keyOf, hostKeyOf }: ReturnType<typeof keyClass>,
): Record<string, (given: readonly unknown[]) => unknown> {
  const bytes = (operation: string, request: Request): ArrayBuffer =>
    bufferOf(ask(operation, request) as { bytes: string })
  const parameters = (value: unknown): Request => parametersOf(value, hostKeyOf)
  const ciphered = (operation: string) => (given: readonly unknown[]) =>
    bytes(operation, {
      __proto__: null,
      algorithm: parameters(given[0]),
      key: hostKeyOf(given[1]),
      data: base64(given[2], 'data'),
    })
  return {
    __proto__: null as never,
    digest: (given) =>
      bytes('digest', { __proto__: null, algorithm: parameters(given[0]), data: base64(given[1], 'data') }),
    generateKey(given) {
      const request = { __proto__: null, algorithm: parameters(given[0]), ...future(given[1], given[2]) }
      const made = ask('generateKey', request) as HostKey | KeyPair
      if (!isPair(made)) return keyOf(made)
      return { publicKey: keyOf(made.publicKey), privateKey: keyOf(made.privateKey) }
    },
    importKey(given) {
      const format = StringOf(given[0])
      const request = {
        __proto__: null,
        format,
        algorithm: parameters(given[2]),
        ...future(given[3], given[4]),
        ...keyData(format, given[1]),
      }
      return keyOf(ask('importKey', request) as HostKey)
    },
    exportKey(given) {
      const request = { __proto__: null, format: StringOf(given[0]), key: hostKeyOf(given[1]) }
      const exported = ask('exportKey', request) as Exported
      return isJwk(exported) ? exported.jwk : bufferOf(exported)
    },
    sign: ciphered('sign'),
    verify: (given) =>
      ask('verify', {
        __proto__: null,
        algorithm: parameters(given[0]),
        key: hostKeyOf(given[1]),
        signature: base64(given[2], 'signature'),
        data: base64(given[3], 'data'),
      }),
    encrypt: ciphered('encrypt'),
    decrypt: ciphered('decrypt'),
    deriveBits: (given) =>
      bytes('deriveBits', {
        __proto__: null,
        algorithm: parameters(given[0]),
        key: hostKeyOf(given[1]),
        length: given[2] === undefined || given[2] === null ? null : NumberOf(given[2]),
      }),
    deriveKey(given) {
      const request = {
        __proto__: null,
        algorithm: parameters(given[0]),
        key: hostKeyOf(given[1]),
        target: parameters(given[2]),
        ...future(given[3], given[4]),
      }
      return keyOf(ask('deriveKey', request) as HostKey)
    },
    wrapKey: (given) =>
      bytes('wrapKey', {
        __proto__: null,
        format: StringOf(given[0]),
        wrapped: hostKeyOf(given[1]),
        key: hostKeyOf(given[2]),
        algorithm: parameters(given[3]),
      }),
    unwrapKey(given) {
      const request = {
        __proto__: null,
        format: StringOf(given[0]),
        data: base64(given[1], 'wrappedKey'),
        key: hostKeyOf(given[2]),
        algorithm: parameters(given[3]),
        target: parameters(given[4]),
        ...future(given[5], given[6]),
      }
      return keyOf(ask('unwrapKey', request) as HostKey)
    },
  }
}

function isPair(made: HostKey | KeyPair): made is KeyPair {
  return hasOwnEnumerable(made, 'publicKey')
}

function isJwk(exported: Exported): exported is { readonly jwk: object } {
  return hasOwnEnumerable(exported, 'jwk')
}

function bufferOf({ bytes }: { readonly bytes: string }): ArrayBuffer {
  return bytesBuffer(fromBase64(bytes))
}

function settled(work: () => unknown): Promise<unknown> {
  return guardPromise(
    new GuestPromise((resolve, reject) => {
      try {
        resolve(work())
      } catch (error) {
        reject(error)
      }
    }),
  )
}
