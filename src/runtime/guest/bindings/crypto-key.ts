// CryptoKey: an object without content. What a key is made of lies in a WeakMap that only this file can read, so that a key
// that is not extractable is out of reach for the author's code.
import {
  define,
  defineProperty,
  fromBase64,
  GuestTypeError,
  GuestWeakMap,
  objectCreate,
  objectPrototype,
  setPrototypeOf,
  setPrototypeProperty,
  SymbolToStringTag,
  weakMapGet,
  weakMapSet,
} from '../primordials.ts'

/** A key as the host makes it and takes it. */
export interface HostKey {
  readonly type: string
  readonly extractable: boolean
  readonly algorithm: {
    readonly name: string
    readonly hash?: string
    readonly namedCurve?: string
    readonly modulusLength?: number
    readonly publicExponent?: string
    readonly length?: number
  }
  readonly usages: readonly string[]
}

interface KnownKey {
  readonly host: HostKey
  readonly algorithm: object
  readonly usages: readonly string[]
}

/** The class CryptoKey, and the way between its objects and the host's keys. */
export function keyClass() {
  const known = new GuestWeakMap<object, KnownKey>()
  const knownOf = (value: unknown): KnownKey => {
    const found: KnownKey | undefined =
      typeof value === 'object' && value !== null ? weakMapGet(known, value) : undefined
    if (found === undefined) throw new GuestTypeError('The argument must be a CryptoKey')
    return found
  }
  const prototype = hiddenClass('CryptoKey')
  const getter = (name: string, read: (key: KnownKey) => unknown): void => {
    defineProperty(prototype, name, {
      get(this: unknown) {
        return read(knownOf(this))
      },
      enumerable: true,
      configurable: true,
    })
  }
  getter('type', ({ host }) => host.type)
  getter('extractable', ({ host }) => host.extractable)
  getter('algorithm', ({ algorithm }) => algorithm)
  getter('usages', ({ usages }) => usages)
  return {
    hostKeyOf: (value: unknown): HostKey => knownOf(value).host,
    keyOf(host: HostKey): object {
      // It goes back to the host as JSON: a toJSON on a prototype would be handed what the key is made of.
      setPrototypeOf(host, null)
      setPrototypeOf(host.algorithm, null)
      setPrototypeOf(host.usages, null)
      const key: object = objectCreate(prototype)
      const usages: string[] = []
      for (let index = 0; index < host.usages.length; index++) define(usages, index, host.usages[index])
      weakMapSet(known, key, { host, algorithm: algorithmOf(host.algorithm), usages })
      return key
    },
  }
}

/** KeyAlgorithm and its kin (W3C Web Cryptography §12): the object that an author sees, never read again. */
function algorithmOf({
  name,
  hash,
  namedCurve,
  modulusLength,
  publicExponent,
  length,
}: HostKey['algorithm']) {
  const algorithm = { name }
  if (modulusLength !== undefined) define(algorithm, 'modulusLength', modulusLength)
  if (publicExponent !== undefined) define(algorithm, 'publicExponent', fromBase64(publicExponent))
  if (hash !== undefined) define(algorithm, 'hash', { name: hash })
  if (namedCurve !== undefined) define(algorithm, 'namedCurve', namedCurve)
  if (length !== undefined) define(algorithm, 'length', length)
  return algorithm
}

/** A class that authors cannot construct; gives its prototype. */
export function hiddenClass(name: string): object {
  const constructor = function (): never {
    throw new GuestTypeError('Illegal constructor')
  }
  const prototype: object = objectCreate(objectPrototype)
  define(constructor, 'name', name, false)
  define(prototype, 'constructor', constructor, false)
  define(prototype, SymbolToStringTag, name, false)
  setPrototypeProperty(constructor, prototype)
  define(globalThis, name, constructor, false)
  return prototype
}
