// The intrinsics that the prelude uses, captured before any code of an author runs. An author may replace every function
// of every builtin; only that run sees it, and the prelude must not notice. So prelude code calls nothing but what is
// captured here: no method calls on values (`list.push`), no for-of, no spread, no array destructuring, no write to an
// array that inherits from Array.prototype (a setter may sit there), no template literal (the engine makes it a call of
// String.prototype.concat), no reading of a property that may be missing from
// an object that inherits from Object.prototype. Methods come uncurried: `stringSlice(text, 0, 5)`.

/** Turns a method into a function that takes its `this` as first argument. */
function uncurry<Arguments extends readonly unknown[], Result>(
  method: (...rest: Arguments) => Result,
): (self: unknown, ...rest: Arguments) => Result {
  return (self, ...rest) => apply(method, self, rest)
}

/** The native getter or setter behind an accessor; undefined code cannot happen with the engine that we ship. */
function accessor(owner: object, name: PropertyKey, half: 'get' | 'set'): (...rest: unknown[]) => unknown {
  const found = getOwnPropertyDescriptor(owner, name)?.[half]
  if (found === undefined) throw new TypeError('The engine has no ' + half + ' ' + String(name))
  return found
}

const { getOwnPropertyDescriptor } = Reflect
export const { apply, defineProperty, deleteProperty, getPrototypeOf, ownKeys } = Reflect
export const { get: reflectGet, construct } = Reflect
export const { keys: objectKeys, is: objectIs, create: objectCreate, setPrototypeOf } = Object
export const { isArray } = Array
export const { stringify: jsonStringify, parse: jsonParse } = JSON
export const { isFinite: isFiniteNumber, isInteger } = Number
export const { floor, min, max, trunc } = Math
export const { fromCharCode } = String
export const dateNow = Date.now

export const objectPrototype = Object.prototype
export const arrayPrototype = Array.prototype
export const functionPrototype = Function.prototype
export const urlPrototype = URL.prototype
export const headersPrototype = Headers.prototype

export const StringOf = String
export const NumberOf = Number
export const SymbolIterator: typeof Symbol.iterator = Symbol.iterator
export const SymbolSpecies: typeof Symbol.species = Symbol.species
export const SymbolToStringTag: typeof Symbol.toStringTag = Symbol.toStringTag
export const GuestError = Error
export const GuestTypeError = TypeError
export const GuestSyntaxError = SyntaxError
export const GuestRangeError = RangeError
export const GuestPromise = Promise
export const GuestMap = Map
export const GuestWeakMap = WeakMap
export const GuestSet = Set
export const GuestHeaders = Headers
export const GuestUrl = URL
export const GuestTextDecoder = TextDecoder
export const GuestDOMException = DOMException

export const hasOwnEnumerable = uncurry(Object.prototype.propertyIsEnumerable)

export const charCodeAt = uncurry(String.prototype.charCodeAt)
export const stringIndexOf = uncurry(String.prototype.indexOf)
export const stringSlice = uncurry(String.prototype.slice)
export const stringRepeat = uncurry(String.prototype.repeat)
export const stringToUpperCase = uncurry(String.prototype.toUpperCase)
export const stringToLowerCase = uncurry(String.prototype.toLowerCase)
export const stringToWellFormed = uncurry(String.prototype.toWellFormed)
export const stringTrim = uncurry(String.prototype.trim)
export const stringPadEnd = uncurry(String.prototype.padEnd)
export const stringValueOf = uncurry(String.prototype.valueOf)
export const numberValueOf = uncurry(Number.prototype.valueOf)
export const numberToString = uncurry(Number.prototype.toString)
export const bigintToString = uncurry(BigInt.prototype.toString)
export const bigintValueOf = uncurry(BigInt.prototype.valueOf)
export const booleanValueOf = uncurry(Boolean.prototype.valueOf)
export const symbolToString = uncurry(Symbol.prototype.toString)
export const arraySort = uncurry(Array.prototype.sort)
/** A copy that asks neither the iterator nor the species of the array. */
const arrayToSpliced = Array.prototype.toSpliced
export const arrayCopy = (list: readonly unknown[]): unknown[] => apply(arrayToSpliced, list, [0, 0])
export const dateToJSON: unknown = Date.prototype.toJSON

export const mapGet = uncurry(Map.prototype.get)
export const mapSet = uncurry(Map.prototype.set)
export const mapHas = uncurry(Map.prototype.has)
export const mapDelete = uncurry(Map.prototype.delete)
export const mapForEach = uncurry(Map.prototype.forEach)
export const mapSize = uncurry(accessor(Map.prototype, 'size', 'get'))
export const setForEach = uncurry(Set.prototype.forEach)
export const setHas = uncurry(Set.prototype.has)
export const setAdd = uncurry(Set.prototype.add)
export const setDelete = uncurry(Set.prototype.delete)
export const setSize = uncurry(accessor(Set.prototype, 'size', 'get'))
export const weakMapGet = uncurry(WeakMap.prototype.get)
export const weakMapSet = uncurry(WeakMap.prototype.set)
export const weakMapHas = uncurry(WeakMap.prototype.has)
export const dateGetTime = uncurry(Date.prototype.getTime)
export const dateToISOString = uncurry(Date.prototype.toISOString)
export const regExpToString = uncurry(RegExp.prototype.toString)
export const headersAppend = uncurry(Headers.prototype.append)
export const headersGet: (headers: unknown, name: string) => string | null = uncurry(Headers.prototype.get)
export const headersHas: (headers: unknown, name: string) => boolean = uncurry(Headers.prototype.has)
export const headersSet = uncurry(Headers.prototype.set)
export const headersForEach = uncurry(Headers.prototype.forEach)
export const urlHref = uncurry(accessor(URL.prototype, 'href', 'get'))
export const urlSearch = uncurry(accessor(URL.prototype, 'search', 'get'))
export const urlSetSearch = uncurry(accessor(URL.prototype, 'search', 'set'))
export const errorStack = uncurry(accessor(Error.prototype, 'stack', 'get'))
export const stackSetter = accessor(Error.prototype, 'stack', 'set')
export const isError: (value: unknown) => boolean = readIsError()
export const encodeText = uncurry(TextEncoder.prototype.encode)
export const decodeText = uncurry(TextDecoder.prototype.decode)
export const textEncoder = new TextEncoder()
export const textDecoder = new TextDecoder()
export const engineStructuredClone = structuredClone
const arrayBufferTransfer: () => ArrayBuffer = reflectMethod(ArrayBuffer.prototype, 'transfer')
/** Detaches it; throws a TypeError for what is not an ArrayBuffer. */
export const bufferTransfer = uncurry(arrayBufferTransfer)
const bytesToBase64: () => string = reflectMethod(Uint8Array.prototype, 'toBase64')
const bytesFromBase64: (text: string) => Uint8Array = reflectMethod(Uint8Array, 'fromBase64')
export const toBase64 = uncurry(bytesToBase64)
export const fromBase64 = (text: string): Uint8Array => apply(bytesFromBase64, Bytes, [text])
export const makeBytes = (length: number): Uint8Array => new Bytes(length)
export const randomWords = (words: Uint32Array): void => {
  apply(getRandomValues, cryptoObject, [words])
}
export const engineRandomValues = (array: unknown): unknown => apply(getRandomValues, cryptoObject, [array])
export const cryptoPrototype: object = Reflect.getPrototypeOf(crypto) ?? {}
export const makeWords = (length: number): Uint32Array => new Words(length)
export const engineQueueMicrotask = queueMicrotask

const typedArrayPrototype = Reflect.getPrototypeOf(Uint8Array.prototype) ?? {}
/** The kind of typed array, which no code of an author can fake; undefined for everything else. */
export const typedArrayKind = uncurry(accessor(typedArrayPrototype, Symbol.toStringTag, 'get'))
const typedArrayBuffer = uncurry(accessor(typedArrayPrototype, 'buffer', 'get'))
const typedArrayOffset = uncurry(accessor(typedArrayPrototype, 'byteOffset', 'get'))
export const typedArrayLength = uncurry(accessor(typedArrayPrototype, 'byteLength', 'get')) as (
  array: unknown,
) => number
const dataViewBuffer = uncurry(accessor(DataView.prototype, 'buffer', 'get'))
const dataViewOffset = uncurry(accessor(DataView.prototype, 'byteOffset', 'get'))
const dataViewLength = uncurry(accessor(DataView.prototype, 'byteLength', 'get'))
const bufferLength = uncurry(accessor(ArrayBuffer.prototype, 'byteLength', 'get'))
export const bytesBuffer = (bytes: Uint8Array): ArrayBuffer => typedArrayBuffer(bytes) as ArrayBuffer
export const bytesSet: (target: Uint8Array, source: Uint8Array, at: number) => void = uncurry(
  Uint8Array.prototype.set,
)
export const bytesSubarray = (bytes: Uint8Array, from: number, until: number): Uint8Array =>
  new Bytes(bytesBuffer(bytes), (typedArrayOffset(bytes) as number) + from, until - from)
const isView = ArrayBuffer.isView

/** The bytes of an ArrayBuffer or of a view, not copied; undefined for anything else. */
export function bytesOf(source: unknown): Uint8Array | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (isView(source)) {
    return typedArrayKind(source) === undefined
      ? new Bytes(
          dataViewBuffer(source) as ArrayBuffer,
          dataViewOffset(source) as number,
          dataViewLength(source) as number,
        )
      : new Bytes(
          typedArrayBuffer(source) as ArrayBuffer,
          typedArrayOffset(source) as number,
          typedArrayLength(source),
        )
  }
  try {
    return new Bytes(source as ArrayBuffer, 0, bufferLength(source) as number)
  } catch {
    return undefined
  }
}

const Bytes = Uint8Array
const Words = Uint32Array
const cryptoObject = crypto
const getRandomValues = crypto.getRandomValues

/** Without prototype: reading `get` of a data property must not reach Object.prototype. */
export function ownDescriptor(target: object, name: PropertyKey): PropertyDescriptor | undefined {
  const found = getOwnPropertyDescriptor(target, name)
  if (found !== undefined) setPrototypeOf(found, null)
  return found
}

/** `promise.then` for its effect; both functions must not throw. */
export function promiseThen<Value>(
  promise: Promise<Value>,
  onValue: ((value: Value) => void) | undefined,
  onError: (error: unknown) => void,
): void {
  apply(originalThen, promise, [onValue, onError])
}

/** `instanceof Promise` whatever an author put on Promise[Symbol.hasInstance]. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return apply(hasInstance, GuestPromise, [value])
}

const originalThen = Promise.prototype.then
const hasInstance = Function.prototype[Symbol.hasInstance]

/** A list that no setter on Array.prototype or Object.prototype can interfere with: a true array without a prototype. */
export function newList<Item>(): Item[] {
  const list: Item[] = []
  setPrototypeOf(list, null)
  return list
}

/** A record that inherits nothing: reading a missing name gives undefined, whatever Object.prototype holds. */
export function newRecord<Value>(): Record<string, Value> {
  return objectCreate(null)
}

/** JSON text of a string: what JSON.stringify gives for a primitive runs no code of anybody. */
export function quote(text: string): string {
  return jsonStringify(text)
}

/** Defines an own data property whatever setters the prototypes hold. */
export function define(target: object, name: PropertyKey, value: unknown, enumerable = true): boolean {
  const descriptor = { __proto__: null, value, writable: true, enumerable, configurable: true }
  return defineProperty(target, name, descriptor)
}

export function defineGetter(target: object, name: PropertyKey, get: () => unknown): boolean {
  const descriptor = { __proto__: null, get, enumerable: true, configurable: true }
  return defineProperty(target, name, descriptor)
}

/** The `prototype` of a function cannot be configured, only written. */
export function setPrototypeProperty(constructor: object, prototype: object | null): void {
  const descriptor = { __proto__: null, value: prototype, writable: false }
  defineProperty(constructor, 'prototype', descriptor)
}

/** Not enumerable. */
export function defineAccessor(
  target: object,
  name: PropertyKey,
  get: () => unknown,
  set: (value: unknown) => unknown,
): boolean {
  const descriptor = { __proto__: null, get, set, enumerable: false, configurable: true }
  return defineProperty(target, name, descriptor)
}

/** Not enumerable: an object that is logged or copied does not call it. */
export function defineHiddenGetter(target: object, name: PropertyKey, get: () => unknown): boolean {
  const descriptor = { __proto__: null, get, enumerable: false, configurable: true }
  return defineProperty(target, name, descriptor)
}

/**
 * Makes `await` and the captured `then` keep to the engine's own path for this promise: both look up `constructor`,
 * which an author may have replaced on Promise.prototype.
 */
export function guardPromise<Value>(promise: Promise<Value>): Promise<Value> {
  define(promise, 'constructor', GuestPromise, false)
  return promise
}

/** A method that TypeScript's library does not know yet. */
function reflectMethod(owner: object, name: string): never {
  const found: unknown = reflectGet(owner, name)
  if (typeof found !== 'function') throw new TypeError('The engine has no ' + name)
  return found as never
}

function readIsError(): (value: unknown) => boolean {
  const found: unknown = reflectGet(Error, 'isError')
  if (typeof found !== 'function') throw new TypeError('The engine has no Error.isError')
  return (value) => apply(found, undefined, [value]) === true
}
